"""Offering free seats to those who wait, in the very transaction that frees them.

Whoever frees seats locks all stock rows of the event first (`tickets.actions.lock_stock`), in the order of the keys as
everybody does, and then lets `serve_waiting` see who is next. Seats that go to somebody who waits are never free in
between: they move from one order's hold to an offer's hold, and ordinary buyers find nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from openevent.kit.access import SYSTEM, Actor
from openevent.kit.work import UnitOfWork
from openevent.orders.models import WaitingListEntry, WaitingListWish
from openevent.orders.queries.waiting import OnSale, anybody_waits, due_events, line, on_sale, overdue, put_aside
from openevent.orders.rules.waiting import (
    ACTIVE,
    CLOSED,
    DECLINED,
    EXPIRED,
    LEFT,
    NOBODY,
    OFFERED,
    UNSOLD,
    WAITING,
    Share,
    lasts_until,
    share_out,
)
from openevent.orders.signals import OfferExpired, SeatsOffered, WaitingClosed
from openevent.people.signals import AccountClosing
from openevent.tickets.actions import Move, lock_stock, move
from openevent.tickets.signals import SeatsAdded, TicketChanged

_WISHES = cast(Table, WaitingListWish.__table__)
_SET_ASIDE = (
    update(_WISHES)
    .where(_WISHES.c.entry_id == bindparam("of_entry"), _WISHES.c.ticket_id == bindparam("of_ticket"))
    .values(held=bindparam("now_held"))
)
EVENTS_AT_ONCE = 50  # that the periodic job looks after in one transaction
ENDED_AT_ONCE = 200  # entries; the periodic job ends the others


def serve_waiting(work: UnitOfWork, event_ids: Collection[int]) -> None:
    """Bring the waiting lists of events up to date: what is over ends, and free seats are offered to who is next.

    Whoever calls holds the locks of `lock_stock`. Safe again and again.
    """
    for event_id in anybody_waits(work.db, event_ids):
        _end_what_is_over(work, event_id, on_sale(work.db, event_id, work.now))
        _share_out(work, event_id, on_sale(work.db, event_id, work.now))


def serve_due(work: UnitOfWork) -> int:
    """Look after waiting lists where a time is up; return how many there were."""
    due = due_events(work.db, work.now, most=EVENTS_AT_ONCE)
    if due:
        lock_stock(work.db, due)
        serve_waiting(work, due)
    return len(due)


def follow_seats(work: UnitOfWork, signal: SeatsAdded) -> None:
    """Offer the seats that an organizer has added; the event's stock is locked already."""
    serve_waiting(work, [signal.event_id])


def follow_sale(work: UnitOfWork, signal: TicketChanged) -> None:
    """End what can't be sold any more, because a ticket type was hidden or its sale ended, and serve who is left."""
    if _OF_SALE.intersection(signal.changed):
        lock_stock(work.db, [signal.event_id])
        serve_waiting(work, [signal.event_id])


_OF_SALE = frozenset({"is_hidden", "deleted_at", "sales_starts_at", "sales_ends_at", "min_order", "max_order", "type"})


def leave_all(work: UnitOfWork, signal: AccountClosing) -> None:
    """Take somebody whose account is closed out of every line."""
    theirs = select(WaitingListEntry).where(
        WaitingListEntry.user_id == signal.user_id, WaitingListEntry.state.in_(sorted(ACTIVE))
    )
    events = {one.event_id for one in work.db.scalars(theirs)}
    if not events:
        return
    lock_stock(work.db, events)
    for entry in work.db.scalars(theirs.execution_options(populate_existing=True)):
        end_entry(work, entry, LEFT, by=SYSTEM)
    serve_waiting(work, events)


def end_entry(work: UnitOfWork, entry: WaitingListEntry, state: str, *, by: Actor, **details: Any) -> None:  # noqa: ANN401 -- JSON values
    """Take an entry out of the line and free what is put aside for it; `serve_waiting` comes next."""
    free_seats(work, [entry.id])
    entry.state, entry.ended_at = state, work.now
    entry.offer_expires_at = entry.kept_until = None
    work.db.flush()
    work.audit(f"waiting-list.{_DEEDS[state]}", _subject(entry.id), by=by, **details)


_DEEDS = {EXPIRED: "expire", LEFT: "leave", CLOSED: "close", DECLINED: "decline"}


def free_seats(work: UnitOfWork, entry_ids: Sequence[int]) -> dict[int, int]:
    """Take what is put aside for entries out of the stock's `held`; return how many seats of which type."""
    found = select(WaitingListWish).where(WaitingListWish.entry_id.in_(entry_ids), WaitingListWish.held > 0)
    freed: Counter[int] = Counter()
    for wish in work.db.scalars(found.execution_options(populate_existing=True)):
        freed[wish.ticket_id] += wish.held
        wish.held = 0
    work.db.flush()
    move(work.db, {id_: Move(held=-number) for id_, number in freed.items()})
    return dict(freed)


def _subject(entry_id: int) -> str:
    return f"waiting-list-entry:{entry_id}"


def _end_what_is_over(work: UnitOfWork, event_id: int, sold: Mapping[int, OnSale]) -> None:
    for entry, is_sold in overdue(work.db, event_id, list(sold), work.now, most=ENDED_AT_ONCE):
        if entry.user_id is None or not is_sold:
            reason = UNSOLD if entry.user_id is not None else NOBODY
            end_entry(work, entry, CLOSED, by=SYSTEM, reason=reason)
            work.announce(WaitingClosed(entry.id, reason))
        elif entry.offer_expires_at is not None and entry.offer_expires_at <= work.now:
            end_entry(work, entry, EXPIRED, by=SYSTEM)
            work.announce(OfferExpired(entry.id))
        else:
            _withdraw(work, entry)


def _withdraw(work: UnitOfWork, entry: WaitingListEntry) -> None:
    """Put somebody back into the line who was offered what is not sold any more."""
    free_seats(work, [entry.id])
    entry.state, entry.offer_expires_at = WAITING, None
    work.db.flush()
    work.audit("waiting-list.withdraw", _subject(entry.id), by=SYSTEM)


def _share_out(work: UnitOfWork, event_id: int, sold: Mapping[int, OnSale]) -> None:
    """Offer what is free to those who wait; what was kept for somebody is shared out anew with it."""
    kept = put_aside(work.db, event_id, WAITING)
    free = Counter({id_: one.free for id_, one in sold.items()})
    free.update(_by_type(kept))
    bounds = {id_: one.bounds for id_, one in sold.items()}
    shares = share_out(free, line(work.db, event_id, list(sold), work.now), bounds) if any(free.values()) else []
    given = {(one.entry_id, id_): number for one in shares for id_, number in one.seats.items()}
    offered = put_aside(work.db, event_id, OFFERED)
    grown = {key: number for key, number in offered.items() if key in given}
    _set_aside(work, {**kept, **grown}, {key: number + grown.get(key, 0) for key, number in given.items()})
    by_id = {one.entry_id: one for one in shares}
    concerned = sorted({entry_id for entry_id, _ in kept} | by_id.keys())
    for entry in _entries(work.db, concerned):
        _note(work, entry, by_id.get(entry.id), sold)
    work.db.flush()


def _by_type(seats: Mapping[tuple[int, int], int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_, ticket_id), number in seats.items():
        found[ticket_id] += number
    return found


def _set_aside(work: UnitOfWork, before: Mapping[tuple[int, int], int], after: Mapping[tuple[int, int], int]) -> None:
    """Write who has how many seats put aside, and the sums of it into the stock."""
    changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key, 0) != after.get(key, 0)]
    if not changed:
        return
    rows = [{"of_entry": key[0], "of_ticket": key[1], "now_held": after.get(key, 0)} for key in changed]
    work.db.connection().execute(_SET_ASIDE, rows)
    more = _by_type(after)
    more.subtract(_by_type(before))
    move(work.db, {id_: Move(held=number) for id_, number in more.items() if number})


def _entries(db: Session, ids: Sequence[int]) -> Sequence[WaitingListEntry]:
    found = select(WaitingListEntry).where(WaitingListEntry.id.in_(ids))
    found = found.order_by(WaitingListEntry.joined_at, WaitingListEntry.id)
    return db.scalars(found.execution_options(populate_existing=True)).all() if ids else []


def _note(work: UnitOfWork, entry: WaitingListEntry, share: Share | None, sold: Mapping[int, OnSale]) -> None:
    """Write what has become of an entry: seats are offered, or kept, or what was kept went to somebody before it."""
    if share is None:
        if entry.kept_until is not None and entry.kept_until > work.now:
            entry.kept_until = None  # its time was not used up: it may begin anew
        return
    if not all(sold[id_].is_open for id_ in share.seats):
        return  # kept as long as nothing can be ordered: the event is a draft again, or the sale begins later
    until = lasts_until(work.now, min(sold[id_].ends_at for id_ in share.seats))
    if share.is_offer:
        until = entry.offer_expires_at or until  # one that grows ends when it was to end
        entry.state, entry.offer_expires_at, entry.kept_until = OFFERED, until, None
        work.audit("waiting-list.offer", _subject(entry.id), by=SYSTEM, seats=sum(share.seats.values()))
        work.announce(SeatsOffered(entry.id))
    elif entry.kept_until is None:
        entry.kept_until = until
