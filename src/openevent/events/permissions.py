"""Who may what with events, their parts, and the parts that people play in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, select, true

from openevent.events.models import Event, Group, UsersEventsRole
from openevent.events.roles import (
    COORGANIZER,
    CREW,
    EVENT_COORGANIZER,
    EVENT_CREW,
    GROUP_OWNER,
    GROUP_RUN,
    LISTED,
    OF_GROUP_OWNER,
    OF_GROUP_RUN,
    ON_PUBLIC_EVENT,
    ORGANIZER,
    PUBLISHED,
)
from openevent.events.rules import ORGANIZING
from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_EMAIL,
    BY_ID,
    NO_ONE,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    SUPER,
    Permission,
    Row,
    Who,
    cell,
    column_is_actor,
    table,
)
from openevent.people.models import User, UserPermission
from openevent.people.rules import CREATE_EVENT


def _verified(kind: str, _row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    users = User.__table__.alias("verified_user")
    return exists(select(users.c.id).where(users.c.id == BY_ID, users.c.is_verified))


def _unverified_may_create(kind: str, _row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    rules = UserPermission.__table__.alias("create_permission").c
    said = rules.name == CREATE_EVENT, rules.unverified_user.is_(True), rules.deleted_at.is_(None)
    return exists(select(rules.id).where(*said))


VERIFIED = Who("verified users", _verified)
MAY_CREATE = VERIFIED | Who("all users, when admins say so", _unverified_may_create)
ONESELF = column_is_actor("user_id", "oneself")


def _runs_public_event(_kind: str, row: Row) -> ColumnElement[bool]:
    links, events = UsersEventsRole.__table__.alias("public_role"), Event.__table__.alias("public_event_run")
    return exists(
        select(links.c.id)
        .join(events, events.c.id == links.c.event_id)
        .where(
            links.c.user_id == cell(row, "id"),
            links.c.role_name.in_(ORGANIZING),
            events.c.state == "published",
            events.c.deleted_at.is_(None),
        )
    )


def _works_on_same_event(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    mine, theirs = UsersEventsRole.__table__.alias("my_role"), UsersEventsRole.__table__.alias("their_role")
    return exists(
        select(mine.c.id)
        .join(theirs, theirs.c.event_id == mine.c.event_id)
        .where(mine.c.user_id == BY_ID, theirs.c.user_id == cell(row, "id"))
    )


def _owns_some_group(_kind: str, row: Row) -> ColumnElement[bool]:
    groups = Group.__table__.alias("group_of_owner")
    return exists(select(groups.c.id).where(groups.c.user_id == cell(row, "id"), groups.c.deleted_at.is_(None)))


def _invited(kind: str, row: Row) -> ColumnElement[bool]:
    return false() if kind == ANONYMOUS else cell(row, "email") == BY_EMAIL


# Who else may read the public part of an account: visitors learn who runs a public event (v1 reference 7.6), and
# whoever works on an event learns who else does. The type belongs to people, who have never heard of events.
TEAM = (
    Who("everyone, of those who run a public event", _runs_public_event)
    | Who("or a group", _owns_some_group)
    | Who("the same team", _works_on_same_event)
)

_LIST = LISTED | EVENT_CREW
_READ = PUBLISHED | EVENT_CREW
_PART = ON_PUBLIC_EVENT | CREW  # of an event that one may read
_HELD = COORGANIZER | ONESELF
_IN_GROUP = OF_GROUP_RUN | ONESELF | Who("whoever is asked", _invited)

# fmt: off
PERMISSIONS = table(
    #          type                      list    read    create       update             delete
    Permission("event",                  _LIST,  _READ,  MAY_CREATE,    EVENT_COORGANIZER, EVENT_COORGANIZER),
    Permission("event-type",             PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("event-topic",            PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("event-sub-topic",        PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("event-location",         PUBLIC, PUBLIC, ADMIN,       NO_ONE,            NO_ONE),
    Permission("role",                   PUBLIC, PUBLIC, ADMIN,       ADMIN,             ADMIN),
    Permission("service",                ADMIN,  PUBLIC, NO_ONE,      ADMIN,             NO_ONE),
    Permission("event-role-permissions", ADMIN,  PUBLIC, NO_ONE,      ADMIN,             NO_ONE),
    Permission("users-events-roles",     _HELD,  _HELD,  ORGANIZER,   COORGANIZER,       _HELD),
    Permission("role-invite",            COORGANIZER, COORGANIZER, ORGANIZER,   NO_ONE,            ORGANIZER),
    Permission("sponsor",                _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("social-link",            _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("event-copyright",        _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("exhibitor",              _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("faq-type",               _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("faq",                    _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("tag",                    _PART,  _PART,  COORGANIZER, COORGANIZER,       COORGANIZER),
    Permission("user-favourite-event",   ONESELF, ONESELF, SIGNED_IN, NO_ONE,            ONESELF),
    Permission("group",              PUBLIC, PUBLIC, VERIFIED,    GROUP_RUN,         GROUP_OWNER),
    Permission("users-groups-role",  _IN_GROUP, _IN_GROUP, OF_GROUP_OWNER, NO_ONE,   OF_GROUP_OWNER | ONESELF),
    Permission("user-follow-group",  SIGNED_IN, SIGNED_IN, SIGNED_IN, NO_ONE,        ONESELF),
)
# fmt: on
