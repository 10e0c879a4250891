"""What the holders of tickets are asked, and what they have said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.forms.queries import field_sets
from openevent.forms.rules import ATTENDEE
from openevent.forms.rules.fields import FILE, Field, spoken
from openevent.orders.models import Attendee
from openevent.tickets.models import Ticket


class Answer(Struct, frozen=True):
    """A question to one holder, and the answer so far; None for none."""

    field: Field
    kept: Any

    @property
    def said(self) -> str:
        """The answer as people read it."""
        return spoken(self.kept)

    @property
    def file_name(self) -> str:
        """What the file is called that is the answer; nothing for every other answer."""
        return file_name(self.said) if self.field.kind == FILE else ""


def file_name(address: str) -> str:
    """Return what the file behind an address is called; nothing for what is no address on the web.

    >>> file_name("https://example.org/static/media/0a1b/cv.pdf"), file_name("javascript:alert(1)")
    ('cv.pdf', '')
    """
    return address.rpartition("/")[2] if address.startswith(("https://", "http://")) else ""


def asked_of(db: Session, event_id: int, attendee_ids: Iterable[int]) -> dict[int, tuple[Answer, ...]]:
    """Return what each of an event's attendees is asked; nothing where the event asks nothing (its form is off)."""
    if not db.scalar(select(Event.is_ticket_form_enabled).where(Event.id == event_id)):
        return {}
    return _answers(db, event_id, attendee_ids, only_included=True)


def answered_by(db: Session, event_id: int, attendee_ids: Iterable[int]) -> dict[int, tuple[Answer, ...]]:
    """Return what each of them has answered, to questions that are asked no more as well."""
    found = _answers(db, event_id, attendee_ids, only_included=False)
    return {key: tuple(one for one in said if one.kept not in (None, "")) for key, said in found.items()}


def _answers(
    db: Session, event_id: int, attendee_ids: Iterable[int], *, only_included: bool
) -> dict[int, tuple[Answer, ...]]:
    sets = field_sets(db, event_id, ATTENDEE, only_included=only_included)
    rows = select(Attendee, Ticket.form_id).join(Ticket, Ticket.id == Attendee.ticket_id)
    found = db.execute(rows.where(Attendee.id.in_(tuple(attendee_ids)))).all()
    return {one.id: tuple(_answer(field, one) for field in sets.get(set_id or None, ())) for one, set_id in found}


def _answer(field: Field, attendee: Attendee) -> Answer:
    if field.question.is_complex:
        return Answer(field, (attendee.complex_field_values or {}).get(field.column))
    return Answer(field, getattr(attendee, field.column, None))
