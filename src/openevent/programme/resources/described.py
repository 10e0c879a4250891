"""What the plain endpoints of the programme take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import (
    DONE,
    EMAIL,
    FLAG,
    ID,
    TEXT,
    WHOLE,
    Told,
    by_name,
    maybe,
    record,
    rows,
)

_LETTER = record(
    {"subject?": maybe(TEXT), "message?": maybe(TEXT), "bcc?": {"type": ["array", "null"], "items": EMAIL}}
)
_JOINED = record(
    {
        "email": EMAIL,
        "event": WHOLE,
        "event_identifier": TEXT,
        "session": WHOLE,
        "speaker": WHOLE,
        "name": maybe(TEXT),
    }
)
_ACCEPTED, _REJECTED = Told(answer=_JOINED), Told(answer=DONE)
_ACCEPT, _REJECT = (f"/v1/speaker-invites/<id>/{verb}-invite" for verb in ("accept", "reject"))

TOLD = {
    "GET /v1/sessions/states": Told(answer=by_name(by_name(by_name(FLAG)))),
    "GET /v1/sessions/mails": Told(answer=by_name(record({"subject": TEXT, "message": TEXT}))),
    "POST /v1/sessions/<id>/notify": Told(_LETTER, DONE),
    "GET /v1/events/<event>/sessions/dates": Told(answer=rows({"type": "string", "format": "date"})),
    "GET /v1/events/<event>/sessions/languages": Told(answer=rows(TEXT)),
    "POST /v1/events/<event>/reorder-speakers": Told(
        rows(record({"speaker": ID, "order": ID})), record({"success": FLAG, "updates": by_name(WHOLE)})
    ),
    f"POST {_ACCEPT}": _ACCEPTED,
    f"POST {_REJECT}": _REJECTED,
    f"GET {_ACCEPT}": _ACCEPTED,
    f"GET {_REJECT}": _REJECTED,
}
