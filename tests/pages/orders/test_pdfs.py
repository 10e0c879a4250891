import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from cast import ana, bo, eve
from factories import make_event, make_order, make_ticket
from openevent.orders.models import Attendee, Order

PDF = b"%PDF-1.7 not really"


@pytest.fixture
def sold(shell, services):
    """A buyer, an organizer, and an order whose only ticket lies in the storage."""
    with shell.work() as work:
        order = make_order(work, make_ticket(work, make_event(work, owner=ana(work))), buyer=bo(work))
        holder = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).one()
        holder.pdf_key = "tickets/one.pdf"
        services.storage.put("tickets/one.pdf", PDF, content_type="application/pdf")
        return bo(work), ana(work), order, holder


@pytest.fixture
def people_around(shell):
    """A buyer, an organizer, somebody else, and an order that is paid."""
    with shell.work() as work:
        event = make_event(work, owner=ana(work))
        order = make_order(work, make_ticket(work, event, price=4250), buyer=bo(work))
        return bo(work), ana(work), eve(work), order


def test_buyer_and_organizer_get_the_file(visitor, sold):
    buyer, organizer, _, holder = sold

    answers = [visitor(who).get(f"/tickets/{holder.id}.pdf") for who in (buyer, organizer)]

    assert [answer.data for answer in answers] == [PDF, PDF]
    assert answers[0].headers["Content-Type"] == "application/pdf"
    assert answers[0].headers["Content-Disposition"] == f'inline; filename="ticket-{holder.identifier}.pdf"'
    assert answers[0].headers["Cache-Control"] == "private, no-store"
    assert answers[0].headers["X-Content-Type-Options"] == "nosniff"


def test_others_are_not_told_that_it_exists(visitor, shell, sold):
    _, _, order, holder = sold
    with shell.work() as work:
        stranger = eve(work)

    assert visitor(stranger).get(f"/tickets/{holder.id}.pdf").status_code == 404
    assert visitor(stranger).get(f"/orders/{order.identifier}/tickets.pdf").status_code == 404
    assert visitor().get(f"/tickets/{holder.id}.pdf").location == f"/sign-in?next=%2Ftickets%2F{holder.id}.pdf"
    assert visitor(stranger).get("/tickets/999999.pdf").status_code == 404
    assert visitor(stranger).get(f"/tickets/{10**30}.pdf").status_code == 404


def test_the_link_of_a_mail_needs_no_account_until_it_expires(visitor, shell, services, clock, sold):
    _, _, _, holder = sold
    signature = services.signer.sign(f"ticket:{holder.id}:1", expires=clock.now() + timedelta(days=1))
    link = f"/tickets/{holder.id}.pdf?sig={signature}"

    assert visitor().get(link).data == PDF
    assert visitor().get(link.replace(f"/{holder.id}.", f"/{holder.id + 1}.")).status_code == 303
    assert visitor().get(f"/tickets/{holder.id}.pdf?sig=%00nonsense").status_code == 303
    clock.advance(days=2)
    assert visitor().get(link).status_code == 303


def test_buyer_and_organizer_find_the_invoice_on_the_page_of_the_order(visitor, shell, people_around):
    buyer, organizer, stranger, order = people_around

    for who in (buyer, organizer):
        browser = visitor(who)
        assert f'href="/orders/{order.identifier}/invoice.pdf"' in browser.get(f"/orders/{order.identifier}").text
        answer = browser.get(f"/orders/{order.identifier}/invoice.pdf")
        assert "42.50 EUR" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert visitor(stranger).get(f"/orders/{order.identifier}/invoice.pdf").status_code == 404
    assert visitor().get(f"/orders/{order.identifier}/invoice.pdf").status_code == 303
    with shell.work() as work:
        work.db.get(Order, order.id).status = "cancelled"
    assert visitor(buyer).get(f"/orders/{order.identifier}/invoice.pdf").status_code == 409
    assert "invoice.pdf" not in visitor(buyer).get(f"/orders/{order.identifier}").text


def test_organizers_are_not_told_that_they_are_in(visitor, people_around):
    buyer, organizer, _, order = people_around

    page = visitor(organizer).get(f"/orders/{order.identifier}").text

    assert ("Ticket of Bo Lindqvist" in page, "You are in" in page) == (True, False)
    assert "You are in" in visitor(buyer).get(f"/orders/{order.identifier}").text


def test_a_ticket_that_is_being_made_has_a_page_that_looks_again(visitor, shell, sold):
    buyer, _, _order, holder = sold
    with shell.work() as work:
        work.db.get(Attendee, holder.id).pdf_key = None

    answer = visitor(buyer).get(f"/tickets/{holder.id}.pdf")

    assert answer.status_code == 202
    assert 'data-reload="3"' in answer.text


def test_a_file_that_got_lost_is_set_anew(visitor, shell, services, sold):
    buyer, _, _order, holder = sold
    services.storage.delete("tickets/one.pdf")

    answer = visitor(buyer).get(f"/tickets/{holder.id}.pdf")

    assert answer.status_code == 200
    assert "Holder 1" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_tickets_of_a_cancelled_order_are_gone(visitor, shell, sold):
    buyer, _, order, holder = sold
    with shell.work() as work:
        work.db.get(Order, order.id).status = "cancelled"

    assert visitor(buyer).get(f"/tickets/{holder.id}.pdf").status_code == 404
    assert visitor(buyer).get(f"/orders/{order.identifier}/tickets.pdf").status_code == 404


def test_all_tickets_of_an_order_come_as_one_file_that_is_kept(visitor, shell, services):
    with shell.work() as work:
        order = make_order(work, make_ticket(work, make_event(work)), buyer=bo(work), quantity=2)
        buyer = bo(work)
    browser = visitor(buyer)

    first, second = (browser.get(f"/orders/{order.identifier}/tickets.pdf") for _ in range(2))

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(first.data)).pages]
    assert ["Holder 1" in pages[0], "Holder 2" in pages[1]] == [True, True]
    assert first.headers["Content-Disposition"] == f'inline; filename="tickets-{order.identifier}.pdf"'
    assert second.data == first.data
    assert len(services.storage.files) == 1


def test_a_ticket_with_a_new_code_is_not_reached_by_old_links(visitor, shell, services, clock, sold):
    _, _, _, holder = sold
    expires = clock.now() + timedelta(days=1)
    links = [
        f"/tickets/{holder.id}.pdf?sig={services.signer.sign(f'ticket:{holder.id}:{issue}', expires=expires)}"
        for issue in (1, 2)
    ]
    with shell.work() as work:
        row = work.db.get_one(Attendee, holder.id)
        row.code_issue = 2

    assert [visitor().get(link).status_code for link in links] == [303, 200]
