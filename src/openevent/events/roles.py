"""Cells of the permission table that depend on who has which role on an event."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, or_, select, true

from openevent.events.models import Event, Group, UsersEventsRole, UsersGroupsRole
from openevent.events.rules import ORGANIZER as ORGANIZER_ROLE
from openevent.events.rules import ORGANIZING
from openevent.events.rules.groups import TEAM
from openevent.kit.access import ANONYMOUS, BY_ID, STAFF, SUPER, Row, Who, cell, column_is_actor, is_blank

# Made once: an alias of a wide table takes a millisecond, and this is asked in most statements. Each stands in a
# subquery that holds no other condition, so it never meets itself.
_HELD, _GROUPS = UsersGroupsRole.__table__.alias("group_role"), Group.__table__.alias("group_of_event")
_EVENTS, _PUBLIC_EVENTS = Event.__table__.alias("event_of_group"), Event.__table__.alias("public_event")

_CREW = (*ORGANIZING, "track_organizer", "moderator", "registrar")  # whoever has a part in it


def has_role(name: str, *roles: str, event_column: str = "event_id") -> Who:
    """Return the cell of people with one of these roles on the row's event (staff always passes).

    Organizers of an event are also those who run the group that it belongs to.
    """
    links = UsersEventsRole.__table__.c

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        if kind in (STAFF, SUPER):
            return true()
        if kind == ANONYMOUS:
            return false()
        own = exists(
            select(links.id).where(
                links.event_id == cell(row, event_column), links.user_id == BY_ID, links.role_name.in_(roles)
            )
        )
        return or_(own, _runs_group_of(row, event_column)) if ORGANIZER_ROLE in roles else own

    return Who(name, build)


def _runs_group_of(row: Row, event_column: str) -> ColumnElement[bool]:
    found = select(_HELD.c.id).join(_GROUPS, _GROUPS.c.id == _HELD.c.group_id)
    found = found.where(*_is_running(_HELD), _GROUPS.c.deleted_at.is_(None))
    if event_column == "id":
        return exists(found.where(_HELD.c.group_id == cell(row, "group_id")))
    found = found.join(_EVENTS, _EVENTS.c.group_id == _HELD.c.group_id)
    return exists(found.where(_EVENTS.c.id == cell(row, event_column)))


def _is_running(held: FromClause) -> tuple[ColumnElement[bool], ...]:
    return held.c.user_id == BY_ID, held.c.accepted.is_(True), held.c.role_name.in_(TEAM)


def _runs_group(name: str, column: str) -> Who:
    """Return the cell of those who run the row's group (staff always passes)."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        if kind in (STAFF, SUPER):
            return true()
        if kind == ANONYMOUS:
            return false()
        held = UsersGroupsRole.__table__.alias("running_role")
        return exists(select(held.c.id).where(held.c.group_id == cell(row, column), *_is_running(held)))

    return Who(name, build)


def _owns_group(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    groups = Group.__table__.alias("owned_group")
    return exists(select(groups.c.id).where(groups.c.id == cell(row, "group_id"), groups.c.user_id == BY_ID))


OWNER = has_role("owner", "owner")
ORGANIZER = has_role("organizer", "owner", "organizer")
COORGANIZER = has_role("co-organizer", *ORGANIZING)
TRACK_ORGANIZER = has_role("track organizer", *ORGANIZING, "track_organizer")
REGISTRAR = has_role("registrar", *ORGANIZING, "registrar")
CREW = has_role("crew", *_CREW)

# The same for rows of the events table itself, whose own key is the event.
EVENT_OWNER = has_role("owner", "owner", event_column="id")
EVENT_COORGANIZER = has_role("co-organizer", *ORGANIZING, event_column="id")
EVENT_CREW = has_role("crew", *_CREW, event_column="id")


# Rows of the groups table itself, then rows that belong to a group.
GROUP_OWNER = column_is_actor("user_id", "the group's owner")
GROUP_RUN = _runs_group("those who run the group", "id")
OF_GROUP_OWNER = Who("the group's owner", _owns_group)
OF_GROUP_RUN = _runs_group("those who run the group", "group_id")


def _event_is_public(_kind: str, row: Row) -> ColumnElement[bool]:
    event = _PUBLIC_EVENTS.c
    is_it = event.id == cell(row, "event_id")
    return exists(select(event.id).where(is_it, event.state == "published", event.deleted_at.is_(None)))


def _published(_kind: str, row: Row) -> ColumnElement[bool]:
    return and_(cell(row, "state") == "published")


def _listed(_kind: str, row: Row) -> ColumnElement[bool]:
    if is_blank(row, "state"):
        return true()
    return and_(
        cell(row, "state") == "published", or_(cell(row, "privacy") == "public", cell(row, "privacy").is_(None))
    )


ON_PUBLIC_EVENT = Who("everyone, once the event is published", _event_is_public)
PUBLISHED = Who("everyone, once published", _published)
LISTED = Who("everyone, once published and not private", _listed)
