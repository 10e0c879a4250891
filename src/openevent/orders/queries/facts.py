"""What actions, mails and documents ask about one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.events.roles import COORGANIZER, has_role
from openevent.events.rules import ORGANIZING, like_pattern
from openevent.kit.access import Actor, Who, allows
from openevent.kit.html import plain
from openevent.kit.money import Money
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.roles import ATTENDEES, MAY_READ_ATTENDEE, ORDERS
from openevent.orders.rules.holders import Admission, Look, full_name, order_number, place_of
from openevent.orders.rules.states import BILLING, OFFLINE, ONLINE, SOLD, Party, Standing, status_at
from openevent.people.models import User
from openevent.tickets.models import Ticket

_SWITCHES = tuple(filter(None, (*OFFLINE.values(), *ONLINE.values())))
_EVENTS = cast(Table, Event.__table__).c
# Not the mapped class: it has a hundred columns, and this stands between a buyer and the seats.
_WAYS = select(_EVENTS.is_billing_info_mandatory, *(_EVENTS[switch] for switch in _SWITCHES)).where(
    _EVENTS.id == bindparam("id")
)
MOST_FOUND = 50  # people in one answer of a search
EVENT_REGISTRAR = has_role("registrar", *ORGANIZING, "registrar", event_column="id")


def order_id_of(db: Session, key: str) -> int | None:
    """Find an order by its identifier or its id."""
    matches = ORDERS.identifier == key
    if key.isdecimal() and len(key) < 19:  # noqa: PLR2004 -- fits 64 bit
        matches = or_(matches, ORDERS.id == int(key))
    return db.scalar(select(ORDERS.id).where(matches))


def status_of(db: Session, identifier: str, now: datetime, *, buyer_id: int | None = None) -> str | None:
    """Return how an order stands at this moment, by its identifier alone; with `buyer_id` only an order of theirs."""
    found = select(ORDERS.status, ORDERS.expires_at).where(ORDERS.identifier == identifier)
    row = db.execute(found if buyer_id is None else found.where(ORDERS.user_id == buyer_id)).one_or_none()
    return None if row is None else status_at(row[0], row[1], now)


def passes(db: Session, who: Who, by: Actor, order_id: int) -> bool:
    """Ask a cell about an order."""
    return allows(db, who, by, cast(Table, Order.__table__), order_id)


def attendees_found(db: Session, event_key: str, text: str, by: Actor) -> list[dict[str, object]] | None:
    """Return who comes to an event and whose name or address has this text, for registrars and above.

    None when the event is not there, or none of theirs.
    """
    events = cast(Table, Event.__table__).c
    matches = events.identifier == event_key
    if event_key.isdecimal() and len(event_key) < 19:  # noqa: PLR2004 -- fits 64 bit
        matches = or_(matches, events.id == int(event_key))
    event_id = db.scalar(select(events.id).where(matches, EVENT_REGISTRAR.condition(by.kind, events)), dict(by.params))
    if event_id is None:
        return None
    pattern = like_pattern(text)
    columns = (ATTENDEES.id, ATTENDEES.identifier, ATTENDEES.firstname, ATTENDEES.lastname, ATTENDEES.email)
    fits = or_(*(column.ilike(pattern, escape="\\") for column in columns[2:]))
    found = select(*columns, ATTENDEES.ticket_id, ORDERS.identifier.label("order_identifier"), ATTENDEES.is_checked_in)
    found = found.join_from(
        cast(Table, Attendee.__table__), cast(Table, Order.__table__), ORDERS.id == ATTENDEES.order_id
    )
    found = found.where(ATTENDEES.event_id == event_id, ATTENDEES.deleted_at.is_(None), ORDERS.status.in_(SOLD), fits)
    return [dict(row) for row in db.execute(found.order_by(ATTENDEES.id).limit(MOST_FOUND)).mappings()]


def seats(db: Session, order_id: int) -> dict[int, int]:
    """Return how many seats of which ticket types an order is about."""
    lines = select(OrderLine.ticket_id, func.sum(OrderLine.quantity)).where(OrderLine.order_id == order_id)
    return {id_: int(number) for id_, number in db.execute(lines.group_by(OrderLine.ticket_id))}


def holders(db: Session, order_id: int) -> list[Attendee]:
    """Return an order's attendees in their order."""
    return list(
        db.scalars(
            select(Attendee).where(Attendee.order_id == order_id, Attendee.deleted_at.is_(None)).order_by(Attendee.id)
        )
    )


def names_by_address(people: Iterable[Attendee]) -> dict[str, str]:
    """Return whom to write to: by address, the name of the first of them who has it; who has none is left out."""
    found: dict[str, str] = {}
    for one in people:
        if one.email:
            found.setdefault(one.email, full_name(one.firstname, one.lastname))
    return found


def standing(db: Session, order: Order) -> Standing:
    """Return what matters of an order when it is to move."""
    event = db.execute(_WAYS, {"id": order.event_id}).mappings().one()
    return Standing(
        status=order.status,
        amount=Money(order.amount, order.currency),
        payment_mode=order.payment_mode,
        needs_billing=order.is_billing_enabled or event["is_billing_info_mandatory"],
        billing={name: getattr(order, name) for name in BILLING},
        switches=frozenset(switch for switch in _SWITCHES if event[switch]),
    )


def parties(db: Session, order: Order, by: Actor) -> frozenset[Party]:
    """Return what somebody is to an order."""
    found: set[Party] = set()
    if by.id is not None and by.id == order.user_id:
        found.add(Party.BUYER)
    if by.is_staff:
        found.add(Party.ADMIN)
    elif allows(db, COORGANIZER, by, cast(Table, Order.__table__), order.id):
        found.add(Party.ORGANIZER)
    return frozenset(found)


def admissions(db: Session, attendee_ids: Sequence[int]) -> list[Admission]:
    """Return what the tickets of these attendees show, in the order of their ids; a nameless one bears the buyer's."""
    rows = db.execute(
        select(Attendee, Order, Event, Ticket, User)
        .join(Order, Order.id == Attendee.order_id)
        .join(Event, Event.id == Attendee.event_id)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(User, User.id == Order.user_id)
        .where(Attendee.id.in_(attendee_ids))
        .order_by(Attendee.id)
    )
    return [_admission(*row) for row in rows]


def _admission(attendee: Attendee, order: Order, event: Event, ticket: Ticket, buyer: User | None) -> Admission:
    return Admission(
        attendee_id=attendee.id,
        event_name=event.name,
        event_identifier=event.identifier,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        place=place_of(event.location_name, online=event.online),
        holder=_holder_name(attendee, buyer),
        email=attendee.email,
        ticket_name=ticket.name,
        order_number=order_number(order.created_at, order.id),
        order_identifier=order.identifier,
        identifier=attendee.identifier,
        event_id=event.id,
        ticket_note=plain(ticket.description or "") if ticket.is_description_visible else "",
        look=look_of(event),
    )


def look_of(event: Event) -> Look:
    """Return what an event has to say about its tickets' look."""
    note = event.ticket_note or plain(event.after_order_message or "")
    return Look(event.ticket_color, event.ticket_paper_color, note, event.language, event.logo_url)


def _holder_name(attendee: Attendee, buyer: User | None) -> str:
    return full_name(attendee.firstname, attendee.lastname) or buyer_name(buyer)


def buyer_name(buyer: User | None) -> str:
    """Return what to call a buyer; nothing when the account is gone or nameless."""
    return full_name(buyer.first_name, buyer.last_name) if buyer else ""


def visible_attendees(db: Session, order_id: int, by: Actor) -> list[int]:
    """Return the ids of an order's attendees that somebody may see: all for the buyer, else their own."""
    may = MAY_READ_ATTENDEE.condition(by.kind, ATTENDEES)
    mine = select(ATTENDEES.id).where(ATTENDEES.order_id == order_id, ATTENDEES.deleted_at.is_(None), may)
    return list(db.scalars(mine.order_by(ATTENDEES.id), dict(by.params)))


def pdf_key(db: Session, attendee_id: int) -> str | None:
    """Return where the PDF of one ticket lies in the storage, None while there is none."""
    return db.scalar(
        select(ATTENDEES.pdf_key)
        .join_from(cast(Table, Attendee.__table__), cast(Table, Order.__table__), ORDERS.id == ATTENDEES.order_id)
        .where(ATTENDEES.id == attendee_id, ATTENDEES.deleted_at.is_(None), ORDERS.status.in_(SOLD))
    )
