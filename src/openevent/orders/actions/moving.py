"""Moving orders from state to state, their seats with them: placed, completed, cancelled, expired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, func, select, update

from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import DomainError, Forbidden, NotFound
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.orders.actions.answering import asks_holders, questions_of
from openevent.orders.actions.coding import give_back_codes
from openevent.orders.actions.issuing import keep_revoked_of
from openevent.orders.actions.offering import serve_waiting
from openevent.orders.actions.refunding import give_back, stop_waiting
from openevent.orders.actions.reviving import hold_again
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries import holders, names_by_address, parties, seats, standing
from openevent.orders.rules.holders import Holder, check_holder, order_number
from openevent.orders.rules.pricing import TaxRule
from openevent.orders.rules.states import (
    CANCELLED,
    COMPLETED,
    EXPIRED,
    FREE,
    GONE,
    HOLDING,
    PAYING,
    PENDING,
    PLACED,
    SOLD,
    Party,
    check_billing,
    check_configured,
    check_move,
    has_page,
    is_over,
    seats_of,
)
from openevent.orders.signals import (
    FreeOrderMade,
    OrderCancelled,
    OrderCompleted,
    OrderExpired,
    OrderPlaced,
    PapersDropped,
)
from openevent.payments.actions import configured
from openevent.payments.models import Payment
from openevent.site.queries import modules
from openevent.tickets.actions import Move, lock_stock, move
from openevent.tickets.rules.codes import decimal_of

_ATTENDEES = cast(Table, Attendee.__table__)

# Who may write what beside the status. A member that is sent as it already is counts as not sent.
BUYER_FIELDS = frozenset(
    {
        "country",
        "address",
        "city",
        "state",
        "zipcode",
        "company",
        "tax_business_info",
        "order_notes",
        "payment_mode",
        "is_billing_enabled",
    }
)
EXPIRE_AT_ONCE = 200  # orders in one transaction of the periodic job


class FieldForbidden(Forbidden):
    """This member of an order is not theirs to change, or not any more."""

    code = "order-field-forbidden"


def update_order(
    work: UnitOfWork, order: Order, values: Mapping[str, Any], *, is_locked: bool = False, by: Actor
) -> Order:
    """Change what differs from the order as it is, then move it; raises the reason why not.

    `is_locked`: it was locked and read anew in this very transaction.
    """
    order = expired_if_over(work, order) if is_locked else lock(work, order.id)
    theirs = parties(work.db, order, by)
    wanted = {name: value for name, value in values.items() if not _is_same(order, name, value)}
    to = wanted.pop("status", None)
    note = wanted.pop("cancel_note", None)
    if to == CANCELLED:
        return _cancel(work, order, note, theirs, by)  # whatever else was sent is dropped
    if note is not None:
        _keep_note(order, note, theirs)
    _check_fields(order, wanted, theirs)
    for name, value in wanted.items():
        setattr(order, name, _stored(order, name, value))
    if "amount" in wanted:
        order.tax = tax_within(order)
    with work.db.no_autoflush:  # all of it is written at once
        if to == PENDING or "payment_mode" in wanted:
            check_configured(order.payment_mode, configured(work.services, work.db))
        note_page(work, order)
    if wanted:
        work.audit("order.update", f"order:{order.id}", by=by, members=sorted(wanted))
    order = order if to is None else move_order(work, order, to, theirs, by)
    if "amount" in wanted:
        settle_free(work, order)
    return order


def _keep_note(order: Order, note: str, theirs: frozenset[Party]) -> None:
    if Party.ADMIN not in theirs:
        raise FieldForbidden("A note goes with a cancellation.", pointer="/data/attributes/cancel-note")
    order.cancel_note = note


def tax_of(order: Order) -> TaxRule | None:
    """Return the tax that was agreed when the order was made; None where there is none."""
    if order.tax_rate is None:
        return None
    return TaxRule(order.tax_name or "", decimal_of(order.tax_rate), order.is_tax_included)


def tax_within(order: Order) -> int:
    """Return the tax that the amount of an order contains, at the rate that was agreed."""
    tax = tax_of(order)
    return 0 if tax is None else tax.within(Money(order.amount, order.currency)).minor


def note_page(work: UnitOfWork, order: Order) -> None:
    """Keep where the buyer pays, for ways to pay that have a page."""
    path = f"/orders/{order.identifier}/pay"
    order.payment_url = work.site.link(path) if has_page(order.payment_mode) else None


def complete_free(work: UnitOfWork, order: Order, *, by: Actor) -> Order:
    """Complete an order that costs nothing."""
    order = lock(work, order.id)
    order.payment_mode = FREE
    return move_order(work, order, COMPLETED, parties(work.db, order, by), by)


def settle_free(work: UnitOfWork, order: Order) -> None:
    """Have an order completed that waits for money when nothing is left to pay: nobody could pay it any more."""
    if order.status in (PENDING, PLACED) and not order.amount:
        work.announce(FreeOrderMade(order.id))


def complete_made_free(work: UnitOfWork, signal: FreeOrderMade) -> None:
    """Complete an order with nothing to pay; where something is missing, it waits for its buyer."""
    order = work.db.get(Order, signal.order_id)
    if order is None or order.status not in (PENDING, PLACED) or order.amount:
        return
    with suppress(DomainError), work.db.begin_nested():
        complete_free(work, order, by=SYSTEM)


def place(work: UnitOfWork, order: Order, payment_mode: str, *, by: Actor) -> Order:
    """Promise to pay in a way that the event accepts (bank, cheque, onsite, invoice): the seats are taken."""
    order = lock(work, order.id)
    order.payment_mode = payment_mode
    return move_order(work, order, PLACED, parties(work.db, order, by), by)


def cancel(work: UnitOfWork, order: Order, *, note: str | None = None, by: Actor) -> Order:
    """Give back the seats, and what was paid by a provider; tell the buyer, with a note if there is one to tell."""
    order = lock(work, order.id)
    return _cancel(work, order, note, parties(work.db, order, by), by)


def _cancel(work: UnitOfWork, order: Order, note: str | None, theirs: frozenset[Party], by: Actor) -> Order:
    if order.status != CANCELLED:
        check_move(standing(work.db, order), CANCELLED, theirs)
        cancel_as_is(work, order, note=note, by=by)
    return order


def delete_order(work: UnitOfWork, order: Order, *, note: str | None = None, by: Actor) -> None:
    """Remove an order for good. One that still had seats is cancelled first, with all that follows."""
    order = lock(work, order.id)
    if order.status not in GONE:
        cancel_as_is(work, order, note=note, is_last=True, by=by)
    keep_revoked_of(work, order.id)
    keys = _stored_files(work, order)
    if keys:  # once it is sure that the order is gone
        work.announce(PapersDropped(keys))
    work.db.delete(order)
    work.db.flush()
    work.audit("order.delete", f"order:{order.id}", by=by, identifier=order.identifier, note=note)


def expire_due(work: UnitOfWork) -> int:
    """Expire orders whose time is up, the oldest first, and return how many; call again while there are any."""
    due = (
        select(Order)
        .where(Order.status.in_(HOLDING), Order.expires_at <= work.now)
        .order_by(Order.expires_at)
        .limit(EXPIRE_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)  # one that is being completed right now is none of ours
    )
    orders = work.db.scalars(due).all()
    _expire(work, orders)
    return len(orders)


def lock(work: UnitOfWork, order_id: int) -> Order:
    """Read an order as it is now, and keep others from moving it until this transaction ends.

    One whose time is up is expired from here on: nobody has to wait for the job that looks for such orders.
    """
    found = lock_as_is(work, order_id)
    if found is None:
        raise NotFound("There is no such order.")
    return expired_if_over(work, found)


def expired_if_over(work: UnitOfWork, order: Order) -> Order:
    """Expire a locked order whose time is up."""
    if is_over(order.status, order.expires_at, work.now):
        _expire(work, [order])
    return order


def lock_as_is(work: UnitOfWork, order_id: int) -> Order | None:
    """Lock an order and leave it as it is, even when its time is up: what holds its seats may still be paid.

    Who writes papers of its attendees refers to it meanwhile (`key_share`), and holds rows that we may come to want.
    """
    statement = select(Order).where(Order.id == order_id).with_for_update(key_share=True)
    return work.db.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def complete_paid(work: UnitOfWork, order: Order, payment: Payment) -> None:
    """Complete a locked order that a provider has taken the money for, whatever else is still missing of it."""
    order.payment_mode = order.paid_via = payment.provider
    order.transaction_id = payment.capture_reference
    order.brand, order.last4 = payment.brand, payment.last4
    order.exp_month, order.exp_year = payment.exp_month, payment.exp_year
    was = order.status
    _change(work, order, COMPLETED, SYSTEM)
    work.announce(OrderCompleted(order.id, was == PLACED))


def _is_same(order: Order, name: str, value: Any) -> bool:  # noqa: ANN401 -- any column
    return bool(_stored(order, name, value) == getattr(order, name))


def _stored(order: Order, name: str, value: Any) -> Any:  # noqa: ANN401 -- any column
    if name != "amount":
        return value
    return Money.of(cast(Decimal, value), order.currency).minor


def _check_fields(order: Order, wanted: Mapping[str, Any], theirs: frozenset[Party]) -> None:
    if Party.ADMIN in theirs:
        allowed = BUYER_FIELDS if order.status == COMPLETED else BUYER_FIELDS | {"amount"}
    elif Party.BUYER in theirs and order.status in HOLDING:
        allowed = BUYER_FIELDS
    else:
        allowed = frozenset[str]()
    for name in sorted(wanted):
        if name not in allowed:
            wire = name.replace("_", "-")
            raise FieldForbidden(f"You cannot update {wire} of an order", pointer=f"/data/attributes/{wire}")


def move_order(
    work: UnitOfWork, order: Order, to: str, theirs: frozenset[Party], by: Actor, *, asks_names: bool = True
) -> Order:
    """Move an order that is locked, if everything that has to hold does; a move to where it is does nothing."""
    if order.status == to:
        return order
    was = order.status
    if to == COMPLETED and order.payment_mode is None and order.amount == 0:
        order.payment_mode = FREE
    with work.db.no_autoflush:  # what was changed so far is written with the new state, at once
        check_move(standing(work.db, order), to, theirs)
        if to in (PENDING, PLACED) and order.amount:
            modules(work.db).require_payment()
        if asks_names and (to in SOLD or to == PENDING):
            _check_holders(work, order)
    if to in SOLD or to == PENDING:
        hold_again(work, order, as_agreed=bool(theirs & {Party.ORGANIZER, Party.ADMIN}))
    _change(work, order, to, by)
    if to == COMPLETED:
        stop_waiting(work, [order], reason="the order was completed otherwise", by=by)
    if to in SOLD:
        work.announce(OrderCompleted(order.id, was == PLACED) if to == COMPLETED else OrderPlaced(order.id))
    return order


def check_complete(work: UnitOfWork, order: Order) -> None:
    """Raise what is missing of an order that somebody is about to pay: an invoice's address, answers of holders."""
    check_billing(standing(work.db, order))
    _check_holders(work, order)


def _check_holders(work: UnitOfWork, order: Order) -> None:
    if not asks_holders(work, order.event_id):
        return
    theirs = select(Attendee).where(Attendee.order_id == order.id, Attendee.cancelled_at.is_(None))
    people = work.db.scalars(theirs.order_by(Attendee.id)).all()
    asked = questions_of(work, order.event_id, people)
    for position, one in enumerate(people):
        check_holder(Holder(one.id, one.firstname, one.lastname, one.email), position)
        asked.take(one, one.complex_field_values, f"/data/relationships/attendees/data/{position}")


def _change(work: UnitOfWork, order: Order, to: str, by: Actor) -> None:
    """Write the new state, and move the seats from the counter of the old one to that of the new one."""
    before = order.status
    if to in GONE:
        lock_stock(work.db, [order.event_id])  # all of it: those who wait may get what is freed here
    _move_seats(work, order, seats_of(before), seats_of(to))
    order.status = to
    if to in SOLD:
        order.expires_at = None
    if to == PENDING:
        order.expires_at = work.now + PAYING
    if to == COMPLETED or (to == PLACED and order.payment_mode != "invoice"):
        order.completed_at = order.completed_at or work.now
    if to in GONE:
        give_back_codes(work, [order])
        _remove_attendees(work, [order.id])
        serve_waiting(work, [order.event_id])
    work.db.flush()
    work.audit(f"order.{to}", f"order:{order.id}", by=by, before=before)


def _move_seats(work: UnitOfWork, order: Order, source: str | None, target: str | None) -> None:
    if source is None or source == target:
        return
    steps: dict[int, Move] = {}
    with work.db.no_autoflush:
        there = seats(work.db, order.id)
    for ticket_id, number in there.items():
        step = {source: -number} | ({target: number} if target else {})
        steps[ticket_id] = Move(**step)
    move(work.db, steps)


def cancel_as_is(work: UnitOfWork, order: Order, *, note: str | None = None, is_last: bool = False, by: Actor) -> None:
    """Cancel an order that is locked and stands; who may, the caller has asked. `is_last`: it will be gone then."""
    people = names_by_address(holders(work.db, order.id)) if order.status in SOLD else {}
    order.cancel_note = note = note or order.cancel_note  # an admin may have left one before
    _change(work, order, CANCELLED, by)
    stop_waiting(work, [order], reason="the order is cancelled", by=by)
    back = give_back(work, order, reason=note, by=by)
    number = order_number(order.created_at, order.id)
    known = (order.id, number, order.event_id, order.user_id, note, people)
    work.announce(OrderCancelled(*known, back.minor if is_last else 0, back.currency))


def _expire(work: UnitOfWork, orders: Sequence[Order]) -> None:
    _release_all(work, orders)
    stop_waiting(work, orders, reason="the time to pay was up", by=SYSTEM)
    for order in orders:
        order.status = EXPIRED
        work.audit("order.expire", f"order:{order.id}", by=SYSTEM)
        work.announce(OrderExpired(order.id))
    work.db.flush()


def _release_all(work: UnitOfWork, orders: Sequence[Order]) -> None:
    """Give back the held seats of many orders, one step a ticket type."""
    ids, events = [order.id for order in orders], {order.event_id for order in orders}
    if not ids:
        return
    lock_stock(work.db, events)
    lines = select(OrderLine.ticket_id, func.sum(OrderLine.quantity)).where(OrderLine.order_id.in_(ids))
    move(
        work.db,
        {id_: Move(held=-int(number)) for id_, number in work.db.execute(lines.group_by(OrderLine.ticket_id))},
    )
    give_back_codes(work, orders)
    _remove_attendees(work, ids)
    serve_waiting(work, events)


def _remove_attendees(work: UnitOfWork, order_ids: Sequence[int]) -> None:
    gone = update(_ATTENDEES).where(_ATTENDEES.c.order_id.in_(order_ids))
    work.db.execute(gone.values(deleted_at=work.now))


def _stored_files(work: UnitOfWork, order: Order) -> list[str]:
    statement = select(Attendee.pdf_key).where(Attendee.order_id == order.id)
    return [key for key in (order.pdf_key, *work.db.scalars(statement)) if key is not None]
