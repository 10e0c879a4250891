"""Sample orders: free, to be paid, paid, cancelled. All go the way that a buyer's would."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.work import UnitOfWork
from openevent.main.demo.accounts import People
from openevent.main.demo.reading import Entry, read
from openevent.orders.actions import cancel, complete_free, create_order, fill_attendees, place, update_order
from openevent.orders.models import Order
from openevent.orders.queries import holders
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.holders import HolderInput
from openevent.tickets.models import Ticket


def make_orders(work: UnitOfWork, event: Event, people: People) -> None:
    """Let the sample people buy tickets of the conference."""
    keys = _ticket_ids(work, event)
    for entry in read("people")["order"]:
        buyer = people[entry["buyer"]].actor
        prices: dict[str, str] = entry.get("prices", {})
        wanted = tuple(
            Wanted(keys[key], quantity, Decimal(prices[key]) if key in prices else None)
            for key, quantity in entry["tickets"].items()
        )
        order = create_order(work, OrderRequest(wanted), by=buyer)
        seats = holders(work.db, order.id)
        named = zip(seats, entry["holders"], strict=True)
        fill_attendees(work, order, [HolderInput(seat.id, *names) for seat, names in named], by=buyer)
        _end(work, order, entry, people)


def _ticket_ids(work: UnitOfWork, event: Event) -> Mapping[str, int]:
    names = {entry["name"]: entry["key"] for entry in read("conference")["ticket"]}
    found = work.db.execute(select(Ticket.name, Ticket.id).where(Ticket.event_id == event.id))
    return {names[name]: key for name, key in found}


def _end(work: UnitOfWork, order: Order, entry: Entry, people: People) -> None:
    buyer, ana = people[entry["buyer"]].actor, people["ana"].actor
    if entry["ends"] == "completed":
        complete_free(work, order, by=buyer)
        return
    place(work, order, "bank", by=buyer)
    if entry["ends"] == "paid":
        update_order(work, order, {"status": "completed"}, by=ana)
    elif entry["ends"] == "cancelled":
        cancel(work, order, note="Finn's ferry was taken out of service. Next year!", by=ana)
