"""What the plain endpoints of imports and exports take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import FILE, FLAG, FORM, ID, TASK, TEXT, Told, either, maybe, record, words

_OF_EVENT = "/v1/events/<event>/export"
_STARTED = ("ical", "xcal", "pentabarf", "orders/csv", "orders/pdf", "attendees/csv", "attendees/pdf")
_MEDIA = record({f"{name}?": FLAG for name in ("image", "video", "document", "audio")})
_BY_STATUS = Told(record({"status?": TEXT}), TASK)
_RESULT = either(TEXT, {"type": "object", "description": "What came of it: download_url of a file, or the new event."})
_SCANS = record({"session_id?": ID, "date?": maybe(TEXT), "track_type?": maybe(TEXT), "type?": maybe(TEXT)})
_DOWNLOAD = Told(answer=FILE, gives="application/octet-stream")

TOLD = {
    f"POST {_OF_EVENT}/json": Told(_MEDIA, TASK),
    **{f"GET {_OF_EVENT}/{kind}": Told(answer=TASK) for kind in (*_STARTED, "sessions/pdf", "speakers/pdf")},
    f"POST {_OF_EVENT}/sessions/csv": _BY_STATUS,
    f"POST {_OF_EVENT}/speakers/csv": _BY_STATUS,
    "POST /v1/admin/export/sales/csv": _BY_STATUS,
    "POST /v1/group/<group>/export/followers/csv": Told(answer=TASK),
    "POST /v1/export/user-check-in/csv": Told(_SCANS, TASK),
    "POST /v1/events/import/<source>": Told(record({"file": FILE}), TASK, takes=FORM),
    "GET /v1/tasks/<task>": Told(answer=record({"state": words("WAITING", "SUCCESS", "FAILURE"), "result": _RESULT})),
    "GET /v1/tasks/<task>/<file>": _DOWNLOAD,
    "GET /v1/events/<event>/exports/<task>/<file>": _DOWNLOAD,
    "GET /v1/events/<event>.ics": Told(answer=FILE, gives="text/calendar"),
}
