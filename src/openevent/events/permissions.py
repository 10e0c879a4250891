"""Who may what with events, their parts, and the parts that people play in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, select, true

from openevent.events.roles import (
    COORGANIZER,
    CREW,
    EVENT_COORGANIZER,
    EVENT_CREW,
    LISTED,
    ON_PUBLIC_EVENT,
    ORGANIZER,
    PUBLISHED,
)
from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_ID,
    PUBLIC,
    STAFF,
    SUPER,
    Permission,
    Row,
    Who,
    column_is_actor,
    table,
)
from openevent.people.models import User


def _verified(kind: str, _row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    users = User.__table__.alias("verified_user")
    return exists(select(users.c.id).where(users.c.id == BY_ID, users.c.is_verified))


VERIFIED = Who("verified users", _verified)
ONESELF = column_is_actor("user_id", "oneself")

_LIST = LISTED | EVENT_CREW
_READ = PUBLISHED | EVENT_CREW
_PART = ON_PUBLIC_EVENT | CREW  # of an event that one may read
_HELD = COORGANIZER | ONESELF

# fmt: off
PERMISSIONS = table(
    #          type                  list    read    create       update             delete
    Permission("event",              _LIST,  _READ,  VERIFIED,    EVENT_COORGANIZER, EVENT_COORGANIZER),
    Permission("event-type",         PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("event-topic",        PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("event-sub-topic",    PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("role",               PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("users-events-roles", _HELD,  _HELD,  ORGANIZER,   COORGANIZER,       _HELD),
    Permission("sponsor",            _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("social-link",        _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
)
# fmt: on
