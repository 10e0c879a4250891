from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import actor, adm, ana, bo, chi, eve
from factories import make_event, make_order, make_ticket, make_user
from openevent.events.signals import EventDeleting
from openevent.kit.access import NOBODY
from openevent.kit.errors import Forbidden, NotFound
from openevent.orders.actions import (
    cancel,
    complete_free,
    create_order,
    delete_order,
    delete_papers,
    expire_due,
    fill_attendees,
    keep_account,
    keep_event,
    make_documents,
    order_pdf,
    place,
    prove_inventory,
    ticket_pdf,
    update_attendee,
    update_order,
)
from openevent.orders.models import Attendee, Order
from openevent.orders.queries import (
    holders,
    order_id_of,
    order_view,
    orders_of_buyer,
    orders_of_event,
    pdf_key,
    visible_attendees,
)
from openevent.orders.rules.amounts import EventOver, OrderRequest, Wanted
from openevent.orders.rules.holders import HolderInput, InvalidHolder, order_number
from openevent.orders.signals import (
    OrderCancelled,
    OrderCompleted,
    OrderExpired,
    OrderPlaced,
    PapersDropped,
    TicketsReady,
)
from openevent.people.signals import AccountClosing
from openevent.tickets.models import Ticket, TicketStock
from openevent.tickets.rules import TicketNotFound


@pytest.fixture
def event(work):
    return make_event(
        work, owner=ana(work), is_ticket_form_enabled=False, can_pay_by_bank=True, can_pay_by_invoice=True
    )


@pytest.fixture
def buyer(work):
    return actor(bo(work))


@pytest.fixture
def order(work, event, buyer):
    def made(price=0, number=1, **values):
        ticket = make_ticket(work, event, price=price, **values)
        return create_order(work, OrderRequest((Wanted(ticket.id, number),)), by=buyer)

    return made


def announced(work):
    return [type(one) for one in work.announced]


def test_a_completed_order_says_so_once(work, order, buyer):
    made = order()

    complete_free(work, made, by=buyer)
    complete_free(work, made, by=buyer)

    assert (made.status, made.payment_mode, made.completed_at, made.expires_at) == ("completed", "free", work.now, None)
    assert announced(work) == [OrderCompleted]


def test_a_placed_order_waits_for_its_money(work, order, buyer):
    by_bank, by_invoice = order(100), order(100)

    place(work, by_bank, "bank", by=buyer)
    place(work, by_invoice, "invoice", by=buyer)

    assert [(one.status, one.completed_at) for one in (by_bank, by_invoice)] == [("placed", work.now), ("placed", None)]
    assert announced(work) == [OrderPlaced, OrderPlaced]


def test_a_cancellation_says_what_a_mail_needs(work, order, buyer):
    made = order()

    cancel(work, made, note="sorry", by=buyer)
    cancel(work, made, note="again", by=buyer)

    (signal,) = work.announced
    assert isinstance(signal, OrderCancelled)
    assert (signal.user_id, signal.event_id, signal.note) == (made.user_id, made.event_id, "sorry")


def test_due_orders_expire_and_no_others(work, order):
    due, later, done = order(), order(), order()
    due.expires_at = work.now
    later.expires_at = work.now + timedelta(seconds=1)
    done.status, done.expires_at = "cancelled", work.now
    work.db.flush()
    stock = work.db.get_one(TicketStock, holders(work.db, done.id)[0].ticket_id)
    stock.held = 0
    holders(work.db, done.id)[0].deleted_at = work.now
    work.db.flush()

    assert expire_due(work) == 1
    assert expire_due(work) == 0

    assert [one.status for one in (due, later, done)] == ["expired", "initializing", "cancelled"]
    assert announced(work) == [OrderExpired]
    assert prove_inventory(work.db) == []


def test_a_late_buyer_finds_nothing_when_the_type_is_gone_or_the_event_over(work, event, order, buyer):
    gone, over = order(), order()
    for one in (gone, over):
        update_order(work, one, {"status": "expired"}, by=buyer)
    ticket_id = work.db.scalars(select(Attendee.ticket_id).where(Attendee.order_id == gone.id)).one()
    work.db.get_one(TicketStock, ticket_id).quantity = 100
    work.db.get_one(Ticket, ticket_id).deleted_at = work.now
    work.db.flush()

    with pytest.raises(TicketNotFound):
        complete_free(work, gone, by=buyer)
    event.ends_at = work.now - timedelta(seconds=1)
    work.db.flush()
    with pytest.raises(EventOver):
        complete_free(work, over, by=buyer)


def test_an_order_that_is_gone_is_deleted_without_another_word(work, order, buyer, services):
    made = order()
    cancel(work, made, by=buyer)

    delete_order(work, made, by=actor(adm(work)))

    assert announced(work) == [OrderCancelled]
    assert order_id_of(work.db, made.identifier) is None


def test_deleting_an_order_removes_its_files_once_it_is_gone(work, order, buyer, services):
    made = order()
    complete_free(work, made, by=buyer)
    make_documents(work, made.id)
    order_pdf(work, made, visible_attendees(work.db, made.id, buyer))
    assert len(services.storage.files) == 2

    delete_order(work, made, by=actor(adm(work)))

    assert len(services.storage.files) == 2  # should the transaction fail, the tickets stay
    (dropped,) = [signal for signal in work.announced if isinstance(signal, PapersDropped)]
    delete_papers(work, dropped)
    assert services.storage.files == {}


def test_an_account_behind_a_live_order_stays(work, order, event, buyer):
    made = order()
    with pytest.raises(Forbidden):
        keep_account(work, AccountClosing(buyer.id))

    keep_account(work, AccountClosing(eve(work).id))
    event.ends_at = work.now - timedelta(days=1)
    work.db.flush()
    keep_account(work, AccountClosing(buyer.id))
    event.ends_at = work.now + timedelta(days=1)
    update_order(work, made, {"status": "expired"}, by=buyer)
    keep_account(work, AccountClosing(buyer.id))


def test_an_account_that_holds_a_ticket_of_somebody_elses_order_stays(work, order):
    made = order()
    holder = make_user(work, email="gus@example.org")
    trap = make_user(work, email="trap@example.org", is_verified=False)
    tickets = work.db.scalars(select(Attendee).where(Attendee.order_id == made.id)).all()
    for attendee, user in zip(tickets, (holder, trap), strict=False):
        attendee.email = user.email
    work.db.flush()

    with pytest.raises(Forbidden):
        keep_account(work, AccountClosing(holder.id))
    keep_account(work, AccountClosing(trap.id))  # an address counts once it is verified


def test_an_event_with_orders_stays(work, order, event, buyer):
    made = order()
    plain = EventDeleting(event.id, is_permanent=False, by_super_admin=False)
    for signal in (plain, EventDeleting(event.id, is_permanent=True, by_super_admin=True)):
        with pytest.raises(Forbidden):
            keep_event(work, signal)

    keep_event(work, EventDeleting(event.id, is_permanent=False, by_super_admin=True))
    cancel(work, made, by=buyer)
    keep_event(work, plain)
    with pytest.raises(Forbidden):
        keep_event(work, EventDeleting(event.id, is_permanent=True, by_super_admin=True))


def test_several_holders_are_named_at_once_or_none(work, order, buyer):
    made = order(number=2)
    first, second = holders(work.db, made.id)

    fill_attendees(work, made, [HolderInput(first.id, "Bo", None, "Bo@Example.org", {"city": "Bonn"})], by=buyer)

    assert (first.firstname, first.email, first.city) == ("Bo", "bo@example.org", "Bonn")
    with pytest.raises(NotFound) as unknown:
        fill_attendees(work, made, [HolderInput(999)], by=buyer)
    with pytest.raises(InvalidHolder) as forbidden:
        fill_attendees(work, made, [HolderInput(second.id, more={"is_checked_in": True})], by=buyer)
    assert unknown.value.pointer == "/holders/0"
    assert forbidden.value.pointer == "/holders/0/is-checked-in"


def test_somebody_without_an_order_is_named_and_has_no_ticket(work, event, buyer):
    ticket = make_ticket(work, event)
    alone = Attendee(event_id=event.id, ticket_id=ticket.id, identifier="abc123")
    work.db.add(alone)
    work.db.flush()

    update_attendee(work, alone, {"firstname": " X "}, by=buyer)

    assert alone.firstname == "X"
    with pytest.raises(NotFound):
        ticket_pdf(work, alone)


def test_documents_are_made_once_and_only_for_orders_that_stand(work, order, buyer, services):
    made = order(number=2)
    make_documents(work, made.id)
    make_documents(work, 4711)
    assert services.storage.files == {}
    complete_free(work, made, by=buyer)

    make_documents(work, made.id)
    make_documents(work, made.id)

    ready = [one for one in work.announced if isinstance(one, TicketsReady)]
    assert ready == [TicketsReady(made.id, [one.id for one in holders(work.db, made.id)], is_first=True)]
    assert len(services.storage.files) == 2
    assert pdf_key(work.db, holders(work.db, made.id)[0].id) in services.storage.files


def test_a_file_that_got_lost_is_set_anew(work, order, buyer, services):
    made = order(number=2)
    complete_free(work, made, by=buyer)
    make_documents(work, made.id)
    everybody = visible_attendees(work.db, made.id, buyer)
    whole = order_pdf(work, made, everybody)
    assert order_pdf(work, made, everybody) is whole
    services.storage.files.clear()

    assert order_pdf(work, made, everybody)[:5] == b"%PDF-"
    assert ticket_pdf(work, holders(work.db, made.id)[0])[:5] == b"%PDF-"


def test_drift_is_found_and_named(work, event):
    ticket = make_ticket(work, event)
    make_order(work, ticket, quantity=2)
    assert prove_inventory(work.db) == []
    work.db.get_one(TicketStock, ticket.id).sold = 3
    work.db.flush()

    assert [str(one) for one in prove_inventory(work.db)] == [
        f"ticket {ticket.id}: sold is 3, but order lines say 2",
        f"ticket {ticket.id}: sold is 3, but attendees say 2",
    ]


def test_a_view_shows_what_its_reader_may_see(work, order, buyer):
    made = order(number=2)
    first, _ = holders(work.db, made.id)
    first.email, first.firstname = "chi@example.org", "Chi"
    work.db.flush()

    whole, part = (order_view(work.db, made.identifier, actor(who(work))) for who in (bo, chi))

    assert (len(whole.holders), whole.may_cancel, whole.is_buyer) == (2, True, True)
    assert ([one.firstname for one in part.holders], part.may_cancel, part.is_buyer) == (["Chi"], False, False)
    assert (whole.amount.minor, whole.lines[0].quantity, whole.accepted_modes) == (0, 2, ("bank", "invoice"))
    assert order_view(work.db, made.identifier, actor(eve(work))) is None
    assert order_view(work.db, made.identifier, NOBODY) is None
    assert order_view(work.db, "nothing", buyer) is None


def test_orders_are_found_by_their_buyer_their_event_and_by_words(work, order, event, buyer):
    made, other = order(), order(100)
    update_order(work, other, {"status": "placed", "payment_mode": "bank"}, by=buyer)
    holders(work.db, made.id)[0].lastname = "Nguyễn_100%"
    work.db.flush()

    def found(**options):
        cards, total = orders_of_event(work.db, event.id, **options)
        assert total == len(cards)
        return [card.identifier for card in cards]

    assert found() == [other.identifier, made.identifier]
    assert found(status="placed") == [other.identifier]
    assert found(search="100%") == found(search=made.identifier) == [made.identifier]
    assert found(search="lindq") == [other.identifier, made.identifier]
    assert found(search="nobody") == []
    assert found(search=order_number(other.created_at, other.id).lower()) == [other.identifier]
    upcoming = orders_of_buyer(work.db, buyer.id, upcoming=True, now=work.now)
    assert [(card.tickets, card.buyer_email) for card in upcoming] == [(1, buyer.email)] * 2
    assert orders_of_buyer(work.db, buyer.id, upcoming=False, now=work.now) == []


def test_an_order_of_a_deleted_account_is_nobodys(work, event):
    made = make_order(work, make_ticket(work, event))
    made.user_id = None
    work.db.flush()

    view = order_view(work.db, made.identifier, actor(ana(work)))

    assert (view.buyer_name, view.buyer_email) == ("", "")
    assert order_id_of(work.db, str(made.id)) == made.id
    assert work.db.get_one(Order, made.id).user_id is None
