"""Plain functions that put rows into the database, for tests that need something to be there already."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import select

from openevent.events.models import Event, Group, Role, UsersEventsRole, UsersGroupsRole
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.people.models import User
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track
from openevent.tickets.models import Ticket, TicketStock

PASSWORD = "correct horse battery staple"
_serial = count(1)


@cache
def _password_hash() -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 -- hashed once a test run, as cheaply as the format allows

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def _add(work: UnitOfWork, row: Any) -> Any:
    work.db.add(row)
    work.db.flush()
    return row


def make_user(work: UnitOfWork, *, email: str | None = None, **values: Any) -> User:
    """Insert an account that is verified and whose password is PASSWORD; the same e-mail gives the same account."""
    email = email or f"user{next(_serial)}@example.org"
    found = work.db.scalar(select(User).where(User.email == email))
    if found is not None:
        return found
    defaults: dict[str, Any] = {"password_hash": _password_hash(), "is_verified": True, "created_at": work.now}
    return _add(work, User(email=email, **(defaults | values)))


def make_role(work: UnitOfWork, name: str) -> Role:
    """Find or insert a role such as owner, organizer, registrar."""
    found = work.db.scalar(select(Role).where(Role.name == name))
    return found or _add(work, Role(name=name, title_name=name.replace("_", " ").title()))


def give_role(work: UnitOfWork, event: Event, user: User, name: str) -> UsersEventsRole:
    """Let somebody play a part in an event."""
    role = make_role(work, name)
    return _add(work, UsersEventsRole(event_id=event.id, user_id=user.id, role_id=role.id, role_name=name))


def make_event(work: UnitOfWork, *, owner: User | None = None, **values: Any) -> Event:
    """Insert a published three-day event that starts in 60 days; `owner` (by default a new account) owns it."""
    number = next(_serial)
    starts = work.now + timedelta(days=60)
    defaults: dict[str, Any] = {
        "name": f"Event {number}",
        "identifier": f"e{number:07x}",
        "starts_at": starts,
        "ends_at": starts + timedelta(days=2, hours=9),
        "timezone": "Europe/Berlin",
        "location_name": "Kulturzentrum, Berlin",
        "state": "published",
        "payment_currency": "EUR",
        "created_at": work.now,
    }
    event: Event = _add(work, Event(**(defaults | values)))
    give_role(work, event, owner or make_user(work), "owner")
    return event


def make_ticket(work: UnitOfWork, event: Event, *, quantity: int = 100, **values: Any) -> Ticket:
    """Insert a ticket type that is on sale (free unless a price in minor units is given), with its stock."""
    price = values.get("price", 0)
    defaults: dict[str, Any] = {
        "name": f"Ticket {next(_serial)}",
        "type": "paid" if price else "free",
        "price": price,
        "currency": event.payment_currency or "EUR",
        "sales_starts_at": work.now - timedelta(days=1),
        "sales_ends_at": event.starts_at,
    }
    ticket: Ticket = _add(work, Ticket(event_id=event.id, **(defaults | values)))
    _add(work, TicketStock(ticket_id=ticket.id, event_id=event.id, quantity=quantity))
    return ticket


def make_order(
    work: UnitOfWork, ticket: Ticket, *, buyer: User | None = None, quantity: int = 1, **values: Any
) -> Order:
    """Insert a completed order with a line and attendees, and take its seats from the stock."""
    defaults: dict[str, Any] = {
        "identifier": f"order-{next(_serial):08x}",
        "currency": ticket.currency,
        "amount": (ticket.price or 0) * quantity,
        "status": "completed",
        "payment_mode": "free" if not ticket.price else "bank",
        "created_at": work.now,
        "completed_at": work.now,
    }
    user_id = buyer.id if buyer else make_user(work).id
    order: Order = _add(work, Order(event_id=ticket.event_id, user_id=user_id, **(defaults | values)))
    _add(
        work,
        OrderLine(
            order_id=order.id,
            event_id=ticket.event_id,
            ticket_id=ticket.id,
            quantity=quantity,
            price=ticket.price or 0,
        ),
    )
    for number in range(quantity):
        make_attendee(work, ticket, order=order, firstname=f"Holder {number + 1}")
    stock = work.db.get_one(TicketStock, ticket.id)
    if order.status in ("completed", "placed"):
        stock.sold += quantity
    elif order.status in ("initializing", "pending"):
        stock.held += quantity
    work.db.flush()
    return order


def make_attendee(work: UnitOfWork, ticket: Ticket, *, order: Order | None = None, **values: Any) -> Attendee:
    """Insert somebody who holds a ticket (the stock is not touched: make_order does that)."""
    number = next(_serial)
    defaults: dict[str, Any] = {
        "identifier": f"{number:06x}",
        "email": f"holder{number}@example.org",
        "firstname": "Holder",
        "lastname": str(number),
    }
    order_id = order.id if order else None
    row = Attendee(event_id=ticket.event_id, order_id=order_id, ticket_id=ticket.id, **(defaults | values))
    return _add(work, row)


def make_track(work: UnitOfWork, event: Event, **values: Any) -> Track:
    """Insert a track."""
    defaults: dict[str, Any] = {"name": f"Track {next(_serial)}", "color": "#224466"}
    return _add(work, Track(event_id=event.id, **(defaults | values)))


def make_room(work: UnitOfWork, event: Event, **values: Any) -> Microlocation:
    """Insert a room."""
    return _add(work, Microlocation(event_id=event.id, **({"name": f"Room {next(_serial)}"} | values)))


def make_session_type(work: UnitOfWork, event: Event, **values: Any) -> SessionType:
    """Insert a session type."""
    defaults: dict[str, Any] = {"name": f"Talk {next(_serial)}", "length": "00:30"}
    return _add(work, SessionType(event_id=event.id, **(defaults | values)))


def make_session(work: UnitOfWork, event: Event, **values: Any) -> Session:
    """Insert an accepted session on the first morning."""
    defaults: dict[str, Any] = {
        "title": f"Session {next(_serial)}",
        "state": "accepted",
        "starts_at": event.starts_at,
        "ends_at": event.starts_at + timedelta(minutes=30),
        "created_at": work.now,
        "last_modified_at": work.now,
    }
    return _add(work, Session(event_id=event.id, **(defaults | values)))


def make_speaker(work: UnitOfWork, event: Event, **values: Any) -> Speaker:
    """Insert a speaker."""
    number = next(_serial)
    defaults: dict[str, Any] = {"name": f"Speaker {number}", "email": f"speaker{number}@example.org"}
    return _add(work, Speaker(event_id=event.id, **(defaults | values)))


def make_group(work: UnitOfWork, owner: User, **values: Any) -> Group:
    """Insert a group, and its owner's part in it."""
    defaults: dict[str, Any] = {"name": f"Group {next(_serial)}", "created_at": work.now}
    group: Group = _add(work, Group(user_id=owner.id, **(defaults | values)))
    join_group(work, group, owner, "owner")
    return group


def join_group(
    work: UnitOfWork, group: Group, user: User, role: str = "organizer", *, accepted: bool = True
) -> UsersGroupsRole:
    """Let somebody run a group, or only be asked to."""
    row = UsersGroupsRole(
        group_id=group.id,
        user_id=user.id if accepted else None,
        email=user.email,
        role_id=make_role(work, role).id,
        role_name=role,
        accepted=accepted,
        token=f"{next(_serial):040x}",
        sent_at=work.now,
    )
    return _add(work, row)
