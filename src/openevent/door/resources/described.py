"""What the plain endpoints of the door take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import (
    A_PDF,
    FILE,
    FLAG,
    ID,
    PDF,
    TEXT,
    WHOLE,
    Told,
    either,
    maybe,
    record,
    rows,
)

_NAMES = {**either(rows(TEXT), maybe(TEXT)), "description": "Names of fields, as a list or with commas; all of them."}
_PASSED = {"check_in": WHOLE, "check_out": WHOLE}
_SESSION = {"session_id": TEXT, "session_name": TEXT, "track_name": maybe(TEXT), "speakers": rows(TEXT)}
_COUNTED = {"type": "object", "description": "What somebody counted last."}
_TRACK = {"track_id": TEXT, "track_name": TEXT, "current_session": TEXT, "speakers": rows(TEXT)}
_WAYS = [f"{of}_checked_{way}" for of in ("session", "track") for way in ("in", "out")]
_TOTALS = ("attendee", "registered", "not_checked_in", *_WAYS)
_STATISTICS = record(
    {
        **{f"total_{name}": WHOLE for name in _TOTALS},
        "session_stats": rows(record({**_SESSION, **_PASSED, "manual_count": _COUNTED})),
        "track_stats": rows(record({**_TRACK, **_PASSED})),
    }
)
_FIELD = record({"id": WHOLE, "field_identifier": maybe(TEXT), "custom_field": maybe(TEXT)})
_PRINTED = record({"state": TEXT, "result": record({"download_url": TEXT})})
_DESIGNS = rows({"type": "object", "description": "A badge as it is shown, with its fields; underscores or dashes."})

TOLD = {
    "GET /v1/user-check-in/stats/event/<event>": Told(answer=_STATISTICS),
    "GET /v1/states": Told(answer=record({"is_registered": FLAG, "register_times": maybe(TEXT)})),
    "POST /v1/badge-forms/preview-badge-pdf": Told(record({"badgeForms": _DESIGNS}), FILE, gives=PDF),
    "GET /v1/badge-forms/print-badge-pdf": Told(answer=record({"task_url": TEXT})),
    "POST /v1/badge-forms/print-badge-pdf": Told(
        record({"attendee_id": ID, "list_field_show?": _NAMES}), FILE, gives=PDF
    ),
    "GET /v1/badge-forms/prints/<print>/state": Told(answer=_PRINTED),
    "GET /v1/badge-forms/prints/<print>/badge.pdf": A_PDF,
    "GET /v1/tickets/<ticket>/badge-forms": Told(answer=rows(_FIELD)),
}
