"""Two at once who want the same rows: each comes to an end, neither is sent away because they waited for each other."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select, text

from cast import actor
from openevent.orders.actions import reserve_one
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.tickets.actions import lock_stock

PATIENCE = 20  # seconds
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def meanwhile(shell):
    """Call in another thread until it waits for a row, or has ended; return how to wait for its answer."""

    def begun(call):
        answers = []
        other = threading.Thread(target=lambda: answers.append(call()), daemon=True)
        other.start()
        end = time.monotonic() + PATIENCE
        while other.is_alive() and not somebody_waits(shell.database) and time.monotonic() < end:
            time.sleep(0.01)

        def ended():
            other.join(PATIENCE)
            return answers[0]

        return ended

    return begun


def somebody_waits(database):
    if database.is_sqlite:
        return True  # there is one writer at a time: it can do nothing else
    with database.reading() as db:
        return bool(db.scalar(WAITING))


def test_a_ticket_type_is_changed_while_somebody_orders_it(api, shell, people, event, free, meanwhile, stock):
    attributes = {"quantity": 30, "description": "New"}
    document = {"data": {"type": "ticket", "id": str(free.id), "attributes": attributes}}
    with shell.work() as work:
        lock_stock(work.db, [event.id])  # as every order begins
        ended = meanwhile(lambda: api.patch(f"/v1/tickets/{free.id}", json=document, as_=people["ana"]))
        reserve_one(work, OrderRequest((Wanted(free.id, 2),)), by=actor(people["bo"]))
    answer = ended()

    assert (answer.status, stock(free)) == (200, (2, 0))


def test_an_order_is_cancelled_while_its_papers_are_written(shell, people, order, change, free, meanwhile, stock):
    made = order(free, as_=people["bo"])
    with shell.work() as work:
        holder = work.db.scalars(select(Attendee)).one()
        for key in ("first", "second"):  # a row that is written twice is checked once more for what it refers to
            holder.pdf_key = key
            work.db.flush()
            if key == "first":
                ended = meanwhile(lambda: change(made, as_=people["ana"], status="cancelled"))
    answer = ended()

    assert (answer.status, stock(free)) == (200, (0, 0))


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_holder_is_changed_while_the_order_moves(api, shell, people, order, free, meanwhile, stock, method):
    made = order(free, 2, as_=people["bo"])
    with shell.work() as work:
        work.db.execute(select(Order.id).where(Order.id == int(made["id"])).with_for_update())
        holder = work.db.scalars(select(Attendee)).first()
        document = {"data": {"type": "attendee", "id": str(holder.id), "attributes": {"firstname": "Zoe"}}}
        more = {"json": document} if method == "patch" else {}
        ended = meanwhile(lambda: api.call(method.upper(), f"/v1/attendees/{holder.id}", as_=people["adm"], **more))
        holder.city = "Wien"  # each now waits for the other
        work.db.flush()
    answer = ended()

    assert (answer.status, stock(free)) == (200, (2 if method == "patch" else 1, 0))
