"""What holders answer to an event's questions: checked when it is said, and once more before an order moves on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, select

from openevent.events.models import Event
from openevent.forms.queries import question_sets
from openevent.forms.rules import ATTENDEE, Question, answers
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee
from openevent.orders.rules.holders import InvalidHolder
from openevent.site.queries import complex_fields
from openevent.tickets.models import Ticket

ANSWERS = "complex_field_values"
_ATTRIBUTES = "/data/attributes"


class Questions(Struct, frozen=True):
    """What an event asks its attendees, by set; which set goes with which ticket; how many own answers are kept."""

    sets: Mapping[str | None, list[Question]]
    set_of: Mapping[int, str | None]
    most: int
    site: str  # whose uploads answer questions for files

    def take(self, attendee: Attendee, given: Mapping[str, Any] | None, pointer: str = _ATTRIBUTES) -> None:
        """Keep somebody's own answers, if all that has to be answered is; raises InvalidHolder with its place."""
        kept = self.kept(attendee, given, pointer)
        if kept != attendee.complex_field_values:
            attendee.complex_field_values = kept

    def kept(
        self, attendee: Attendee | Row[Any], given: Mapping[str, Any] | None, pointer: str = _ATTRIBUTES
    ) -> dict[str, Any] | None:
        """Return somebody's own answers as they are kept; raises InvalidHolder with the place of one that is missing.

        A row of the table will do as well as the mapped class.
        """
        asked = self.sets.get(self.set_of.get(attendee.ticket_id), [])
        try:
            return answers(asked, _Record(attendee), given, most=self.most, site=self.site)
        except Invalid as refusal:
            place = (refusal.pointer or "").removeprefix(_ATTRIBUTES)
            raise InvalidHolder(refusal.detail, pointer=f"{pointer}{place}") from None


class _Record(Mapping[str, Any]):
    """The built-in members of an attendee, as answers are checked against them."""

    def __init__(self, attendee: Attendee | Row[Any]) -> None:
        self._attendee = attendee

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 -- any column
        return getattr(self._attendee, name, None)

    def __iter__(self) -> Any:  # noqa: ANN401 -- names of columns
        return iter(Attendee.__table__.c.keys())

    def __len__(self) -> int:
        return len(Attendee.__table__.c)


def questions_for(work: UnitOfWork, event_id: int, attendees: Iterable[Attendee | Row[Any]]) -> Questions | None:
    """Return what these people are asked; None where the event asks nothing (its form is off)."""
    return questions_of(work, event_id, attendees) if asks_holders(work, event_id) else None


def asks_holders(work: UnitOfWork, event_id: int) -> bool:
    """Tell whether an event asks its attendees anything: their names at least."""
    return bool(work.db.scalar(select(Event.is_ticket_form_enabled).where(Event.id == event_id)))


def questions_of(work: UnitOfWork, event_id: int, attendees: Iterable[Attendee | Row[Any]]) -> Questions:
    """Return what these people are asked by an event that asks."""
    wanted = select(Ticket.id, Ticket.form_id).where(Ticket.id.in_({one.ticket_id for one in attendees}))
    set_of = {ticket_id: form_id or None for ticket_id, form_id in work.db.execute(wanted)}
    sets = question_sets(work.db, event_id, ATTENDEE)
    return Questions(sets, set_of, complex_fields(work.db), work.services.site.url)


def take_answers(work: UnitOfWork, attendee: Attendee, values: Mapping[str, Any]) -> None:
    """Check what was said of one person against the questions; own answers that nobody asked for are none."""
    with work.db.no_autoflush:  # what is refused is not written
        asked = questions_for(work, attendee.event_id, [attendee])
    if asked is not None:
        asked.take(attendee, values.get(ANSWERS, attendee.complex_field_values))
    elif ANSWERS in values:
        attendee.complex_field_values = None
