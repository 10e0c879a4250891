"""Tickets that show something else now are set anew, and nobody reaches the old files."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from cast import actor, ana, bo
from factories import make_event, make_order, make_ticket
from openevent.events.actions import update_event
from openevent.events.models import Event
from openevent.orders.actions import cancel_attendees, dropping, make_documents, order_pdf
from openevent.orders.models import Attendee, Order
from openevent.orders.queries import holders
from openevent.orders.signals import PapersWanted
from openevent.tickets.actions import update_ticket
from openevent.tickets.models import Ticket


@pytest.fixture
def sold(shell, run_jobs):
    """An event with two orders, all of whose tickets are made and mailed."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work), name="Before")
        ticket = make_ticket(work, event, name="Standard")
        orders = [make_order(work, ticket, buyer=bo(work), quantity=number) for number in (2, 1)]
        for order in orders:
            make_documents(work, order.id)
    run_jobs()
    return event, ticket, orders


def keys(shell):
    with shell.work() as work:
        return list(work.db.scalars(select(Attendee.pdf_key).order_by(Attendee.id)))


def text(services, key):
    return PdfReader(io.BytesIO(services.storage.get(key))).pages[0].extract_text()


def test_tickets_of_an_event_that_changes_are_set_anew_and_not_sent_again(shell, run_jobs, services, sold, monkeypatch):
    monkeypatch.setattr(dropping, "AT_ONCE", 2)  # so that there is more than one step
    event, _, _ = sold
    before, sent = keys(shell), len(services.mailer.sent)

    with shell.work() as work:
        update_event(work, work.db.get_one(Event, event.id), {"name": "Afterwards"}, by=actor(ana(work)))
    run_jobs()

    after = keys(shell)
    assert not {*before} & {*after}
    assert sorted(services.storage.files) == sorted(after)
    assert all("Afterwards" in text(services, key) for key in after)
    assert len(services.mailer.sent) == sent


def test_tickets_of_a_type_that_is_renamed_are_set_anew(shell, run_jobs, services, sold):
    _, ticket, _ = sold
    before = keys(shell)
    with shell.work() as work:
        update_ticket(work, work.db.get_one(Ticket, ticket.id), {"max_order": 5}, by=actor(ana(work)))
    run_jobs()
    assert keys(shell) == before

    with shell.work() as work:
        update_ticket(work, work.db.get_one(Ticket, ticket.id), {"name": "Early Bird"}, by=actor(ana(work)))
    run_jobs()

    assert not {*before} & {*keys(shell)}
    assert all("Early Bird" in text(services, key) for key in keys(shell))


def test_what_tickets_do_not_show_leaves_them_alone(shell, run_jobs, sold):
    event, _, _ = sold
    before = keys(shell)

    with shell.work() as work:
        update_event(work, work.db.get_one(Event, event.id), {"is_map_shown": True}, by=actor(ana(work)))
    run_jobs()

    assert keys(shell) == before


def test_an_order_that_is_void_meanwhile_gets_no_tickets(shell, run_jobs, services, sold):
    event, _, orders = sold
    with shell.work() as work:
        update_event(work, work.db.get_one(Event, event.id), {"name": "Afterwards"}, by=actor(ana(work)))
        for order in orders:
            work.db.get_one(Order, order.id).status = "cancelled"
        work.announce(PapersWanted(4711))
    run_jobs()

    assert keys(shell) == [None] * 3
    assert services.storage.files == {}


def test_whoever_leaves_an_order_leaves_no_file_behind(shell, run_jobs, services, sold):
    _, _, (order, other) = sold
    with shell.work() as work:
        first, second = holders(work.db, order.id)
        order_pdf(work, work.db.get_one(Order, order.id), [first.id, second.id])
        assert len(services.storage.files) == 4
        cancel_attendees(work, order.id, [first.id], by=actor(ana(work)))
    run_jobs()

    with shell.work() as work:
        theirs = [one.pdf_key for of in (order, other) for one in holders(work.db, of.id)]
    assert sorted(services.storage.files) == sorted(theirs)
    assert len(theirs) == 2
