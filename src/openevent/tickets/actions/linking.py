"""Joining ticket types to codes and tags, from either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from openevent.kit.errors import Invalid
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.tickets.models import (
    AccessCode,
    DiscountCode,
    Ticket,
    TicketTag,
    access_codes_tickets,
    discount_codes_tickets,
    ticket_taggings,
)
from openevent.tickets.rules.codes import TICKETS, Priced, TicketIsPublic, check_discount

Linked: TypeAlias = Mapping[str, int | list[int] | None]


def tickets_of(db: Session, ids: Sequence[int], event_id: int | None) -> list[Ticket]:
    """Return these ticket types; raises Invalid unless all of them belong to the event."""
    found = list(db.scalars(select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id)))
    for one in found:
        if one.event_id != event_id:
            raise Invalid(f"Ticket {one.id} belongs to another event.", pointer=TICKETS)
    return found


def check_fits(code: DiscountCode | AccessCode | TicketTag, tickets: Sequence[Ticket]) -> None:
    """Raise InvalidCode or TicketIsPublic unless a code can be for these ticket types."""
    if isinstance(code, DiscountCode):
        check_discount(code.type, code.value, [_priced(one) for one in tickets])
    if isinstance(code, AccessCode):
        for one in tickets:
            if not one.is_hidden:
                detail = f"Ticket with id {one.id} is public. Access code cannot be applied to public tickets"
                raise TicketIsPublic(detail, pointer=TICKETS)


def _priced(ticket: Ticket) -> Priced:
    return Priced(ticket.name, ticket.type, None if ticket.price is None else Money(ticket.price, ticket.currency))


class Join(Struct, frozen=True):
    """A link table as seen from one side: `near` is the column of this side."""

    table: Table
    near: str
    far: str

    @property
    def back(self) -> Join:
        """The same as seen from the other side."""
        return Join(self.table, self.far, self.near)


OF_DISCOUNT = Join(discount_codes_tickets, "discount_code_id", "ticket_id")
OF_ACCESS = Join(access_codes_tickets, "access_code_id", "ticket_id")
OF_TAG = Join(ticket_taggings, "ticket_tag_id", "ticket_id")


def linked(db: Session, join: Join, key: int) -> set[int]:
    """Return the ids that a link table joins to a row."""
    return set(db.scalars(select(join.table.c[join.far]).where(join.table.c[join.near] == key)))


def set_links(db: Session, join: Join, key: int, ids: Sequence[int]) -> None:
    """Make a link table say exactly this about a row."""
    link, present = join.table, linked(db, join, key)
    gone, fresh = present - set(ids), [one for one in dict.fromkeys(ids) if one not in present]
    if gone:
        db.execute(delete(link).where(link.c[join.near] == key, link.c[join.far].in_(gone)))
    if fresh:
        db.execute(insert(link), [{join.near: key, join.far: one} for one in fresh])


# What can be joined to a ticket type, by relationship.
_OTHERS: Mapping[str, tuple[type[Any], Join]] = {
    "discount_codes": (DiscountCode, OF_DISCOUNT.back),
    "access_codes": (AccessCode, OF_ACCESS.back),
    "ticket_tags": (TicketTag, OF_TAG.back),
}


def link_codes_and_tags(work: UnitOfWork, ticket: Ticket, links: Linked) -> None:
    """Join a ticket type to the codes and tags that were named; each must fit it as if named from its own side."""
    for name, (model, join) in _OTHERS.items():
        ids = links.get(name)
        if not isinstance(ids, list):
            continue
        present = linked(work.db, join, ticket.id)
        for other in work.db.scalars(select(model).where(model.id.in_(set(ids) - present))):
            _check_other(ticket, other, name)
        set_links(work.db, join, ticket.id, ids)


def _check_other(ticket: Ticket, other: Any, name: str) -> None:  # noqa: ANN401 -- one of three models
    pointer = f"/data/relationships/{name.replace('_', '-')}"
    if other.event_id != ticket.event_id:
        raise Invalid("It belongs to another event.", pointer=pointer)
    try:
        check_fits(other, [ticket])
    except (Invalid, TicketIsPublic) as refusal:
        refusal.pointer = pointer
        raise
