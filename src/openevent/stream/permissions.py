"""Who may what with video."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from openevent.events.roles import COORGANIZER, has_role
from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_EMAIL,
    NO_ONE,
    PUBLIC,
    STAFF,
    SUPER,
    Permission,
    Row,
    Who,
    cell,
    is_blank,
    table,
)
from openevent.stream.roles import RECORDED, VIEWER, of_stream

_MAIN = has_role("co-organizer", "owner", "organizer", "coorganizer", event_column="main_event_id")


def _rooms_alone(kind: str, row: Row) -> ColumnElement[bool]:
    """Let pass, for now, whoever asks for a stream of rooms: which event it is, the action finds out and checks."""
    if kind == ANONYMOUS:
        return false()
    return true() if is_blank(row, "main_event_id") else cell(row, "main_event_id").is_(None)


def _addressed(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    return false() if kind == ANONYMOUS else cell(row, "email") == BY_EMAIL


_MAKE = _MAIN | Who("co-organizer of its rooms' event", _rooms_alone)
_INVITED = COORGANIZER | Who("the moderator", _addressed)
_OF_STREAM = of_stream(COORGANIZER)
_HEARD = of_stream(VIEWER)

# fmt: off
PERMISSIONS = table(
    #          type                      list      read      create      update       delete
    Permission("video-channel",          PUBLIC,   PUBLIC,   ADMIN,      ADMIN,       ADMIN),
    Permission("video-stream",           VIEWER,   VIEWER,   _MAKE,      COORGANIZER, COORGANIZER),
    Permission("video-recording",        RECORDED, RECORDED, NO_ONE,     NO_ONE,      ADMIN),
    Permission("video-stream-moderator", _INVITED, _INVITED, _OF_STREAM, COORGANIZER, COORGANIZER),
    Permission("translation_channel",    _HEARD,   _HEARD,   _OF_STREAM, _OF_STREAM,  _OF_STREAM),
)
# fmt: on
