"""Named questions about the door; rows become values here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from openevent.door.models import BadgeFieldForm, BadgeForm, Station, StationStorePax, UserCheckIn
from openevent.door.rules.badges import Person, folded
from openevent.door.rules.scans import Scan
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import SOLD
from openevent.programme.models import Session, SessionType, Speaker, Track, speakers_sessions
from openevent.tickets.models import Ticket


def scans_of(db: Db, holder_id: int, day: str) -> list[Scan]:
    """Return one person's scans of a day, the oldest first."""
    rows = select(UserCheckIn).where(UserCheckIn.ticket_holder_id == holder_id, UserCheckIn.day == day)
    return [_scan(row) for row in db.scalars(rows.order_by(UserCheckIn.id))]


def scans_on(db: Db, event_id: int, day: str) -> list[Scan]:
    """Return all scans of an event on a day."""
    rows = select(UserCheckIn.kind, UserCheckIn.station_id, UserCheckIn.session_id, UserCheckIn.ticket_holder_id)
    found = db.execute(rows.where(UserCheckIn.event_id == event_id, UserCheckIn.day == day))
    return [Scan(*row) for row in found]


def _scan(row: UserCheckIn) -> Scan:
    return Scan(row.kind, row.station_id, row.session_id, row.ticket_holder_id)


def surroundings(db: Db, session: Session) -> dict[str, str | None]:
    """Return what a scan keeps as text about its session: names may change later."""
    track = db.get(Track, session.track_id) if session.track_id else None
    kind = db.get(SessionType, session.session_type_id) if session.session_type_id else None
    names = speakers_of(db, [session.id]).get(session.id, [])
    return {
        "track_name": track.name if track else None,
        "session_name": kind.name if kind else None,
        "speaker_name": ", ".join(names) or None,
    }


def speakers_of(db: Db, session_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of who speaks in these sessions."""
    links = speakers_sessions.c
    rows = (
        select(links.session_id, Speaker.name)
        .join(Speaker, Speaker.id == links.speaker_id)
        .where(links.session_id.in_(session_ids), Speaker.deleted_at.is_(None))
        .order_by(Speaker.order, Speaker.id)
    )
    found: dict[int, list[str]] = {}
    for session_id, name in db.execute(rows):
        found.setdefault(session_id, []).append(name)
    return found


def admitted(db: Db, event_id: int) -> int:
    """Return how many people hold a ticket that was bought."""
    rows = select(func.count(Attendee.id)).join(Order, Order.id == Attendee.order_id)
    return (
        db.scalar(rows.where(Attendee.event_id == event_id, Attendee.deleted_at.is_(None), Order.status.in_(SOLD))) or 0
    )


class Talk(Struct, frozen=True):
    """A session as the statistics show it."""

    id: int
    title: str
    track_id: int | None
    track_name: str | None
    starts_at: datetime | None
    ends_at: datetime | None

    def is_on(self, now: datetime) -> bool:
        """Tell whether it is going on."""
        return self.starts_at is not None and self.ends_at is not None and self.starts_at <= now < self.ends_at


def talks(db: Db, event_id: int, session_ids: Sequence[int], track_ids: Sequence[int]) -> list[Talk]:
    """Return these sessions, and those of these tracks, as far as they belong to the event."""
    rows = (
        select(Session.id, Session.title, Session.track_id, Track.name, Session.starts_at, Session.ends_at)
        .outerjoin(Track, Track.id == Session.track_id)
        .where(
            Session.event_id == event_id,
            Session.deleted_at.is_(None),
            Session.id.in_(session_ids) | Session.track_id.in_(track_ids),
        )
        .order_by(Session.id)
    )
    return [Talk(*row) for row in db.execute(rows)]


def tracks(db: Db, event_id: int, track_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of these tracks of the event."""
    rows = select(Track.id, Track.name).where(
        Track.event_id == event_id, Track.id.in_(track_ids), Track.deleted_at.is_(None)
    )
    return {row.id: row.name for row in db.execute(rows.order_by(Track.id))}


def last_counts(db: Db, session_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what was counted by hand last, by session."""
    rows = (
        select(StationStorePax, Station.station_name)
        .join(Station, Station.id == StationStorePax.station_id)
        .where(StationStorePax.session_id.in_(session_ids))
        .order_by(StationStorePax.modified_at, StationStorePax.id)
    )
    return {
        row.session_id: {
            "current_pax": row.current_pax,
            "station_id": row.station_id,
            "station_name": name,
            "modified_at": row.modified_at.isoformat(),
        }
        for row, name in db.execute(rows)
    }


def fields_of(db: Db, form_id: int) -> list[BadgeFieldForm]:
    """Return the fields of a badge, in the order in which they are printed."""
    rows = select(BadgeFieldForm).where(BadgeFieldForm.badge_form_id == form_id).order_by(BadgeFieldForm.id)
    return list(db.scalars(rows))


def badge_of_ticket(db: Db, ticket_id: int) -> BadgeForm | None:
    """Return the badge that a ticket type names, if there is one."""
    rows = (
        select(BadgeForm)
        .join(Ticket, (Ticket.badge_id == BadgeForm.badge_id) & (Ticket.event_id == BadgeForm.event_id))
        .where(Ticket.id == ticket_id, Ticket.deleted_at.is_(None))
    )
    return db.scalar(rows)


_PRINTED = (
    "firstname", "lastname", "email", "address", "city", "state", "country", "job_title", "phone", "company",
    "tax_business_info", "billing_address", "home_address", "shipping_address", "work_address", "work_phone",
    "website", "blog", "twitter", "facebook", "github", "instagram", "linkedin", "gender", "age_group",
    "home_wiki", "wiki_scholarship", "native_language", "fluent_language", "identifier",
)  # fmt: skip


def person(db: Db, attendee: Attendee) -> Person:
    """Return who wears a badge: what is known of an attendee, answers to the organizers' own questions included."""
    own = {name: getattr(attendee, name) for name in _PRINTED}
    ticket = db.get(Ticket, attendee.ticket_id)
    told = {
        **(attendee.complex_field_values or {}),
        **own,
        "ticket": ticket.name if ticket else None,
        "name": " ".join(part for part in (attendee.firstname, attendee.lastname) if part),
    }
    return Person(attendee.id, {folded(name): str(value) for name, value in told.items() if value is not None})
