from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event as events
from sqlalchemy import select, text

from cast import actor, ana, bo, eve
from factories import make_event, make_ticket, make_user
from openevent.kit.errors import DomainError
from openevent.kit.jobs import AuditEntry
from openevent.orders.actions import create_order, prove_inventory, reserve
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.rules.amounts import EventOver, OrderRequest, UnverifiedBuyer, Wanted
from openevent.tickets.models import TicketStock
from openevent.tickets.rules import SalesNotStarted, SalesOver, TicketNotFound, TicketSoldOut, TooManyTickets


def want(*pairs, amount=None):
    return OrderRequest(tuple(Wanted(ticket.id, number) for ticket, number in pairs), amount)


def test_an_order_holds_its_seats_for_fifteen_minutes(work):
    ticket = make_ticket(work, make_event(work), price=4250, quantity=5)

    order = create_order(work, want((ticket, 2)), by=actor(bo(work)))

    stock = work.db.get_one(TicketStock, ticket.id, populate_existing=True)
    assert (stock.held, stock.sold) == (2, 0)
    assert (order.status, order.amount, order.currency, order.payment_mode) == ("initializing", 8500, "EUR", None)
    assert order.expires_at == work.now + timedelta(minutes=15)
    assert order.user_id == bo(work).id


def test_an_order_has_lines_and_one_attendee_a_seat(work):
    event = make_event(work)
    dear, free = make_ticket(work, event, price=1000), make_ticket(work, event)

    order = create_order(work, want((dear, 2), (free, 1)), by=actor(bo(work)))

    lines = work.db.execute(select(OrderLine.ticket_id, OrderLine.quantity, OrderLine.price)).all()
    assert sorted(lines) == [(dear.id, 2, 1000), (free.id, 1, 0)]
    attendees = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).all()
    assert sorted(one.ticket_id for one in attendees) == [dear.id, dear.id, free.id]
    assert len({one.identifier for one in attendees}) == 3
    assert all(len(one.identifier) == 6 for one in attendees)
    assert prove_inventory(work.db) == []


def test_an_order_leaves_a_trail(work):
    ticket = make_ticket(work, make_event(work))

    order = create_order(work, want((ticket, 2)), by=actor(bo(work)))

    (entry,) = work.db.scalars(select(AuditEntry))
    assert (entry.action, entry.subject, entry.actor_id) == ("order.create", f"order:{order.id}", bo(work).id)
    assert entry.details == {"seats": 2}


def test_a_batch_gives_the_last_seats_to_those_who_came_first(work):
    ticket = make_ticket(work, make_event(work), quantity=3, max_order=3)
    buyer = actor(bo(work))

    first, second, third, fourth = reserve(work, [(want((ticket, n)), buyer) for n in (2, 2, 1, 1)])

    assert first.quote.total.minor == 0
    assert isinstance(second, TicketSoldOut)
    assert third.id != first.id
    assert isinstance(fourth, TicketSoldOut)
    assert fourth.detail == f'Ticket "{ticket.name}" already sold out'
    assert work.db.scalars(select(Order.id)).all() == [first.id, third.id]
    assert prove_inventory(work.db) == []


@pytest.fixture
def told(database):
    """What the database is told, with its values."""
    found = []

    def note(_connection, _cursor, sql, values, *_):
        found.append((sql, values))

    events.listen(database.engine, "before_cursor_execute", note)
    yield found
    events.remove(database.engine, "before_cursor_execute", note)


def test_what_buyers_have_begun_is_read_with_what_is_on_sale_by_an_index(work, told):
    ticket = make_ticket(work, make_event(work), quantity=100)
    buyers = [actor(make_user(work)) for _ in range(8)]
    told.clear()

    reserve(work, [(want((ticket, 1)), buyer) for buyer in buyers])

    (asked,) = [one for one in told if "FROM orders" in one[0]]
    assert "JOIN ticket_stock" in asked[0]
    assert [sql for sql, _ in told if "users_" in sql] == []  # whose roles don't matter, nobody asks for
    assert "ix_orders_unfinished" in plan(work, *asked)


def plan(work, sql, values):
    """Return how the database goes about a statement; in a small table PostgreSQL would look at all rows."""
    explain = "EXPLAIN QUERY PLAN"
    if work.db.get_bind().dialect.name == "postgresql":
        work.db.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN"
    return str(work.db.connection().exec_driver_sql(f"{explain} {sql}", values).all())


def test_a_batch_of_refusals_writes_nothing(work):
    verdicts = reserve(work, [(OrderRequest((Wanted(999, 1),)), actor(bo(work)))])

    assert [type(one) for one in verdicts] == [TicketNotFound]
    assert work.db.scalars(select(Order.id)).all() == []
    assert work.db.scalars(select(AuditEntry.id)).all() == []


def refused(work, ticket, number=1, by=None):
    with pytest.raises(DomainError) as error:
        create_order(work, want((ticket, number)), by=by or actor(bo(work)))
    return error.value


def test_what_is_not_on_sale_is_refused(work):
    event = make_event(work)
    soon = make_ticket(work, event, sales_starts_at=work.now + timedelta(hours=1))
    late = make_ticket(work, event, sales_ends_at=work.now - timedelta(minutes=1))
    draft = make_ticket(work, make_event(work, state="draft"))
    over = make_ticket(work, make_event(work, ends_at=work.now - timedelta(days=1)), sales_ends_at=work.now)
    hidden = make_ticket(work, event, is_hidden=True)
    gone = make_ticket(work, event, deleted_at=work.now)

    reasons = [type(refused(work, ticket)) for ticket in (soon, late, draft, over, hidden, gone)]

    assert reasons == [SalesNotStarted, SalesOver, TicketNotFound, EventOver, TicketNotFound, TicketNotFound]


def test_more_than_fit_into_an_order_are_refused_at_their_place(work):
    ticket = make_ticket(work, make_event(work), max_order=3)

    error = refused(work, ticket, 4)

    assert (type(error), error.pointer) == (TooManyTickets, "/tickets/0/quantity")


def test_somebody_unverified_gets_no_free_tickets_but_may_buy(work):
    event = make_event(work)
    free, dear = make_ticket(work, event), make_ticket(work, event, price=100)
    new = actor(make_user(work, is_verified=False))

    assert type(refused(work, free, by=new)) is UnverifiedBuyer
    assert create_order(work, want((free, 1), (dear, 1)), by=new).amount == 100


def test_organizers_order_hidden_tickets_and_say_another_amount(work):
    event = make_event(work, owner=ana(work))
    ticket = make_ticket(work, event, price=9900, is_hidden=True)

    order = create_order(work, want((ticket, 1), amount=Decimal("50.00")), by=actor(ana(work)))

    assert order.amount == 5000


def test_an_amount_from_anybody_else_is_ignored(work):
    make_event(work, owner=eve(work))
    ticket = make_ticket(work, make_event(work, owner=ana(work)), price=9900)

    order = create_order(work, want((ticket, 1), amount=Decimal(0)), by=actor(eve(work)))

    assert order.amount == 9900


def test_prices_are_read_after_the_lock_not_from_what_the_session_knows(work):
    ticket = make_ticket(work, make_event(work), price=100)
    buyer = actor(bo(work))
    create_order(work, want((ticket, 1)), by=buyer)
    ticket.price = 200
    work.db.flush()

    order = create_order(work, want((ticket, 1)), by=buyer)

    assert order.amount == 200
