"""What people do about a waiting list: join it, change their mind, take what is offered, decline it, leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.offering import end_entry, free_seats, serve_waiting
from openevent.orders.actions.placing import create_order
from openevent.orders.models import Order, WaitingListEntry, WaitingListWish
from openevent.orders.queries.waiting import ENTRIES, WISHES, tickets_of
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.waiting import (
    ACTIVE,
    CLOSED,
    DECLINED,
    LEFT,
    MOST_ENTRIES,
    OFFERED,
    REMOVED,
    TAKEN,
    WAITING,
    AlreadyWaiting,
    EntryNotFound,
    InvalidWish,
    NothingOffered,
    UnverifiedWaiter,
    WaitingListFull,
    check_number,
    check_wish,
)
from openevent.orders.signals import WaitingClosed
from openevent.tickets.actions import lock_stock
from openevent.tickets.queries import offers

TICKETS = "/data/relationships/tickets"
MOST_JOINED = 20  # entries made by one account within a minute


def join_waiting_list(
    work: UnitOfWork, event_id: int, ticket_ids: Sequence[int], wanted: int, *, accepts_fewer: bool = False, by: Actor
) -> WaitingListEntry:
    """Let somebody wait for tickets of any of these sold out types.

    Raises UnverifiedWaiter, InvalidWish, NotSoldOut, AlreadyWaiting, WaitingListFull or TooManyRequests.
    """
    work.services.limiter.hit(f"waiting-list:{by.id}", times=MOST_JOINED, seconds=60)
    if not by.is_verified:
        raise UnverifiedWaiter("Please confirm your e-mail address first: offers are sent to it.")
    lock_stock(work.db, [event_id])
    ticket_ids = sorted(set(ticket_ids))
    is_public = work.db.get_one(Event, event_id).state == "published"
    shown = [one for one in offers(work.db, event_id, work.now) if one.id in ticket_ids and is_public]
    check_wish(wanted, ticket_ids, shown, work.now, pointer=TICKETS)
    _check_line(work.db, event_id, ticket_ids, by)
    entry = WaitingListEntry(
        event_id=event_id, user_id=by.id, wanted=wanted, accepts_fewer=accepts_fewer, joined_at=work.now
    )
    work.db.add(entry)
    work.db.flush()
    wishes = [WaitingListWish(entry_id=entry.id, ticket_id=id_, event_id=event_id) for id_ in ticket_ids]
    work.db.add_all(wishes)
    work.db.flush()
    details = {"wanted": wanted, "tickets": ticket_ids, "accepts_fewer": accepts_fewer}
    work.audit("waiting-list.join", f"waiting-list-entry:{entry.id}", by=by, **details)
    serve_waiting(work, [event_id])  # a seat of a type that is sold in pairs may be left over
    return entry


def change_wish(work: UnitOfWork, entry: WaitingListEntry, values: Mapping[str, Any], *, by: Actor) -> WaitingListEntry:
    """Let an entry ask for less (`wanted`, `accepts_fewer`) in its old place; more is for a new entry.

    Raises NothingToChange once it does not wait any more, or InvalidWish.
    """
    entry = _locked(work, entry)
    if all(getattr(entry, name) == value for name, value in values.items()):
        return entry  # clients send back what they have read
    if entry.state != WAITING:
        raise NothingToChange("This entry does not wait any more.")
    wanted = values.get("wanted", entry.wanted)
    if not entry.taken < wanted <= entry.wanted:
        detail = f"A number from {entry.taken + 1} to {entry.wanted}: who wants more joins the list anew."
        raise InvalidWish(detail, pointer="/data/attributes/wanted")
    if wanted != entry.wanted:
        theirs = tickets_of(work.db, entry.id)
        check_number(wanted, [one for one in offers(work.db, entry.event_id, work.now) if one.id in theirs])
    entry.wanted, entry.accepts_fewer = wanted, values.get("accepts_fewer", entry.accepts_fewer)
    work.db.flush()
    details = {"wanted": entry.wanted, "accepts_fewer": entry.accepts_fewer}
    work.audit("waiting-list.change", f"waiting-list-entry:{entry.id}", by=by, **details)
    serve_waiting(work, [entry.event_id])
    return entry


class NothingToChange(Conflict):
    """An entry that has an offer, or is over, stays as it is."""

    code = "waiting-list-entry-settled"


def accept_offer(
    work: UnitOfWork, entry_id: int, *, goes_on: bool = False, discount_code: int | None = None, by: Actor
) -> Order:
    """Make an order of the seats that are offered to somebody; its checkout is that of every order.

    The seats go from the offer to the order in this transaction: nobody else can have them. `goes_on`: wait on for
    the tickets that were not offered, in the old place. A discount code counts as in any order. The same again
    returns the same order. Raises EntryNotFound, NothingOffered, or the reason against an order.
    """
    entry = _own(work, entry_id, by)
    if entry.state != OFFERED and entry.order_id is not None:
        return work.db.get_one(Order, entry.order_id)
    if entry.offer_expires_at is None or entry.offer_expires_at <= work.now:
        raise NothingOffered("No seats are offered to you at the moment.")
    seats = free_seats(work, [entry.id])
    wanted = tuple(Wanted(id_, seats[id_]) for id_ in sorted(seats))
    order = create_order(work, OrderRequest(wanted, discount_code=discount_code, is_offered=True), by=by)
    number = sum(seats.values())
    entry.taken += number
    entry.order_id, entry.offer_expires_at = order.id, None
    entry.state = WAITING if goes_on and entry.taken < entry.wanted else TAKEN
    entry.ended_at = None if entry.state == WAITING else work.now
    work.db.flush()
    work.audit("waiting-list.accept", f"waiting-list-entry:{entry.id}", by=by, order=order.id, seats=number)
    return order


def decline_offer(work: UnitOfWork, entry_id: int, *, by: Actor) -> WaitingListEntry:
    """Let the next one have what is offered; raises EntryNotFound or NothingOffered."""
    entry = _own(work, entry_id, by)
    if entry.state != OFFERED:
        raise NothingOffered("No seats are offered to you at the moment.")
    end_entry(work, entry, DECLINED, by=by)
    serve_waiting(work, [entry.event_id])
    return entry


def leave_waiting_list(work: UnitOfWork, entry: WaitingListEntry, *, by: Actor) -> WaitingListEntry:
    """Take an entry out of the line; what is offered to it is declined. One that is over stays as it is.

    When somebody else does so (organizers), the person is told.
    """
    entry = _locked(work, entry)
    if entry.state not in ACTIVE:
        return entry
    is_own = entry.user_id == by.id
    state = CLOSED if not is_own else DECLINED if entry.state == OFFERED else LEFT
    end_entry(work, entry, state, by=by)
    if not is_own:
        work.announce(WaitingClosed(entry.id, REMOVED))
    serve_waiting(work, [entry.event_id])
    return entry


def _own(work: UnitOfWork, entry_id: int, by: Actor) -> WaitingListEntry:
    found = work.db.get(WaitingListEntry, entry_id)
    if found is None or by.id is None or found.user_id != by.id:
        raise EntryNotFound("There is no such entry, or it belongs to somebody else.")
    return _locked(work, found)


def _locked(work: UnitOfWork, entry: WaitingListEntry) -> WaitingListEntry:
    """Read an entry as it is now; whoever changes one holds the locks of the event's stock."""
    lock_stock(work.db, [entry.event_id])
    work.db.refresh(entry)
    return entry


def _check_line(db: Session, event_id: int, ticket_ids: Sequence[int], by: Actor) -> None:
    active = (ENTRIES.event_id == event_id, ENTRIES.state.in_(sorted(ACTIVE)))
    entries, wishes = cast(Table, WaitingListEntry.__table__), cast(Table, WaitingListWish.__table__)
    same = select(ENTRIES.id).join_from(entries, wishes, WISHES.entry_id == ENTRIES.id)
    same = same.where(*active, ENTRIES.user_id == by.id, WISHES.ticket_id.in_(ticket_ids)).limit(1)
    if db.scalar(same) is not None:
        raise AlreadyWaiting("You wait for one of these ticket types already.", pointer=TICKETS)
    if (db.scalar(select(func.count()).select_from(entries).where(*active)) or 0) >= MOST_ENTRIES:
        raise WaitingListFull("So many people wait already that nobody can join them.")
