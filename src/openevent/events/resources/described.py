"""What the plain endpoints of events take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import (
    DONE,
    EMAIL,
    FLAG,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    Told,
    by_name,
    maybe,
    record,
    rows,
)

_TOKEN = record({"data": record({"token": TEXT})})
_QUESTION = record({"email": {**TEXT, "description": "What is asked, whatever the name says."}})
_TEXTS = ("location_name", "description", "owner_name", "owner_description")
_LINKS = ("original_image_url", "large_image_url", "logo_url", "external_event_url")
_FOUND = record(
    {
        "id": TEXT,
        "identifier": TEXT,
        "name": TEXT,
        "timezone": TEXT,
        **{name: maybe(TEXT) for name in (*_TEXTS, *_LINKS)},
        "online": maybe(FLAG),
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "meta": record({"id": TEXT, "highlight": by_name(rows(TEXT))}),
    }
)
_JOINED = {"email": EMAIL, "name": maybe(TEXT), "role": TEXT}
_REORDERED = record({"success": FLAG, "updates": by_name(WHOLE)})
_ANNOUNCE = "/v1/groups/<group>/events/<event>/announce"

TOLD = {
    "GET /v1/search/events": Told(answer=rows(_FOUND)),
    "POST /v1/events/<event>/copy": Told(answer=record({"id": WHOLE, "identifier": TEXT, "copied": FLAG})),
    "POST /v1/events/<event>/contact-organizer": Told(_QUESTION, DONE),
    "POST /v1/events/<event>/reorder-exhibitors": Told(rows(record({"exhibitor": ID, "position": ID})), _REORDERED),
    "POST /v1/role_invites/user": Told(_TOKEN, record({"email": EMAIL})),
    "POST /v1/role_invites/accept-invite": Told(_TOKEN, record({**_JOINED, "event": WHOLE, "event_identifier": TEXT})),
    "POST /v1/role-invites/<id>/resend-invite": Told(answer=DONE),
    "POST /v1/groups/<group>/contact-organizer": Told(_QUESTION, DONE),
    f"GET {_ANNOUNCE}": Told(answer=DONE),
    f"POST {_ANNOUNCE}": Told(answer=DONE),
    "POST /v1/group-role-invites/<id>/resend-invite": Told(answer=DONE),
    "POST /v1/users-groups-roles/accept-invite": Told(_TOKEN, record({**_JOINED, "group": WHOLE})),
}
