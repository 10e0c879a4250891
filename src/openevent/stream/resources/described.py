"""What the plain endpoints of video take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import DONE, FLAG, ID, TEXT, Told, either, record, words
from openevent.stream.rules import CHECK_IN_TYPES

_CHAT = Told(answer=record({"success": FLAG, "token?": TEXT, "code?": TEXT}))
_PASSING = {
    "check_in_type": words(*sorted(CHECK_IN_TYPES)),
    "is_check_in": FLAG,
    "microlocation_id?": either(ID, {"type": "null"}),
}

TOLD = {
    "GET /v1/video-streams/<stream>/join": Told(answer=record({"url": TEXT})),
    "GET /v1/video-streams/<stream>/chat-token": _CHAT,
    "GET /v1/events/<event>/chat-token": _CHAT,
    "GET /v1/events/<event>/room/<room>/chat-token": _CHAT,
    "GET /v1/events/<event>/virtual-room/<stream>/chat-token": _CHAT,
    "GET /v1/events/<event>/has-streams": Told(answer=record({"exists": FLAG, "can_access": FLAG})),
    "POST /v1/events/<event>/virtual/check-in": Told(record(_PASSING), DONE),
}
