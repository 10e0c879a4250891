"""Cells of the permission table that depend on who has which role on an event."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from openevent.events.models import Event, UsersEventsRole
from openevent.events.rules import ORGANIZING
from openevent.kit.access import ANONYMOUS, BY_ID, STAFF, SUPER, Row, Who, cell, is_blank

_CREW = (*ORGANIZING, "track_organizer", "moderator", "registrar")  # whoever has a part in it


def has_role(name: str, *roles: str, event_column: str = "event_id") -> Who:
    """Return the cell of people with one of these roles on the row's event (staff always passes)."""
    links = UsersEventsRole.__table__.c

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        if kind in (STAFF, SUPER):
            return true()
        if kind == ANONYMOUS:
            return false()
        return exists(
            select(links.id).where(
                links.event_id == cell(row, event_column), links.user_id == BY_ID, links.role_name.in_(roles)
            )
        )

    return Who(name, build)


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


def _event_is_public(_kind: str, row: Row) -> ColumnElement[bool]:
    events = Event.__table__.alias("public_event")
    return exists(
        select(events.c.id).where(
            events.c.id == cell(row, "event_id"), events.c.state == "published", events.c.deleted_at.is_(None)
        )
    )


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
