from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event as events
from sqlalchemy import update

from cast import actor, ana, bo
from factories import make_event, make_order, make_ticket
from openevent.orders import mails
from openevent.orders.actions import cancel, prove_inventory, reserve
from openevent.orders.actions.papers import make_documents_of_placed
from openevent.orders.commands import prove_inventory as prove
from openevent.orders.models import Attendee, OrderLine
from openevent.orders.queries import holders
from openevent.orders.rules.amounts import OrderRequest, Wanted
from openevent.orders.rules.holders import order_number
from openevent.orders.rules.states import WAS_CANCELLED
from openevent.orders.signals import (
    AttendeesCancelled,
    MoneyReturned,
    OrderCancelled,
    OrderCompleted,
    OrderExpired,
    OrderPlaced,
    TicketsReady,
)
from openevent.payments.signals import RefundSettled
from openevent.people.models import User
from openevent.tickets.actions import StockDrift
from openevent.tickets.models import TicketStock


@pytest.fixture
def sent(work, monkeypatch):
    """What is sent in this unit of work, as messages."""
    found = []
    monkeypatch.setattr(type(work), "send", lambda _, message: found.append(message))
    return found


@pytest.fixture
def event(work):
    return make_event(work, owner=ana(work), name="Open *Systems* Days", bank_details="IBAN DE00\nBIC XYZ")


def ready(work, order, *, is_first=True):
    return TicketsReady(order.id, [one.id for one in holders(work.db, order.id)], is_first)


def test_a_placed_order_is_mailed_with_how_to_pay(work, sent, event):
    ticket = make_ticket(work, event, price=4250, name="Standard")
    order = make_order(work, ticket, buyer=bo(work), quantity=2, status="placed", payment_mode="bank", amount=7500)
    work.db.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(discount=1000))

    mails.tickets(work, ready(work, order))

    summary, first, second = sent
    assert (summary.to, summary.subject) == ("bo@example.org", "Your order for Open *Systems* Days: payment awaited")
    assert "Standard: 85.00 EUR" in summary.text
    assert "Discount: \u221210.00 EUR" in summary.text
    assert "To be paid: 75.00 EUR" in summary.text
    assert "IBAN DE00" in summary.text
    assert f"/orders/{order.identifier}" in summary.text
    assert first.to != second.to
    assert "Bo Lindqvist has got you a ticket" in first.text


def test_what_organizers_say_after_an_order_stands_in_its_mail(work, sent, event):
    event.after_order_message = "<p>Bring <b>your</b> badge.</p>\n<p>[x](http://evil.example)</p>"
    order = make_order(work, make_ticket(work, event), buyer=bo(work))

    mails.tickets(work, ready(work, order))

    assert "Bring your badge." in sent[0].text
    assert "[x](http://evil.example)" in sent[0].text
    assert 'href="http://evil.example' not in sent[0].html


def test_what_a_mail_says_of_an_order_adds_up(work, sent, event):
    values = {"amount": 5000, "tax": 798, "tax_name": "VAT", "tax_rate": 19.0}
    order = make_order(work, make_ticket(work, event, price=4250, name="Standard"), buyer=bo(work), **values)
    work.db.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(fee=140))

    mails.tickets(work, ready(work, order))

    said = re.findall(r"(\w[\w %]*: -?\d.*EUR)", sent[0].text)
    assert said[:4] == ["Standard: 42.50 EUR", "Fee: 1.40 EUR", "VAT 19%: 7.98 EUR", "Adjustment: -1.88 EUR"]


def test_a_buyer_whose_own_ticket_is_made_anew_is_not_told_who_got_it(work, sent, event):
    order = make_order(work, make_ticket(work, event), buyer=bo(work))
    (holder,) = holders(work.db, order.id)
    work.db.execute(update(Attendee).where(Attendee.id == holder.id).values(email="bo@example.org"))

    mails.tickets(work, ready(work, order, is_first=False))

    (mail,) = sent
    assert (mail.to, "has got you" in mail.text) == ("bo@example.org", False)
    assert "Here is your ticket for Open *Systems* Days." in mail.text


def test_a_mailed_link_opens_its_ticket_until_a_month_after_the_event(work, sent, event, services):
    order = make_order(work, make_ticket(work, event), buyer=bo(work))
    (holder,) = holders(work.db, order.id)

    mails.tickets(work, ready(work, order))

    (signature,) = set(re.findall(rf"/tickets/{holder.id}\.pdf\?sig=([\w.-]+)", sent[1].text))
    valid = services.signer.is_valid
    assert valid(f"ticket:{holder.id}:1", signature, now=event.ends_at + timedelta(days=29))
    assert not valid(f"ticket:{holder.id}:1", signature, now=event.ends_at + timedelta(days=31))
    assert not valid(f"ticket:{holder.id + 1}:1", signature, now=work.now)


def test_an_order_that_was_cancelled_meanwhile_sends_no_tickets(work, sent, event):
    order = make_order(work, make_ticket(work, event), buyer=bo(work))
    signal = ready(work, order)
    cancel(work, order, by=actor(bo(work)))

    mails.tickets(work, signal)
    mails.tickets(work, TicketsReady(4711, [], is_first=True))
    make_documents_of_placed(work, OrderPlaced(order.id))

    assert sent == []


def test_an_account_that_is_gone_gets_no_mail(work, sent, event):
    order = make_order(work, make_ticket(work, event))
    buyer = work.db.get_one(User, order.user_id)
    signal = OrderCancelled(order.id, "O1-1", event.id, order.user_id, "sorry")
    order.user_id = None
    buyer.deleted_at = work.now
    work.db.flush()

    mails.cancelled(work, signal)
    mails.tickets(work, ready(work, order))

    assert [mail.to for mail in sent] == [holders(work.db, order.id)[0].email]


def test_a_cancelled_order_is_the_buyers_and_its_tickets_are_their_holders(work, sent, event):
    buyer = bo(work)
    holders_ = {"h@example.org": "Ha Li", buyer.email: "Bo"}

    mails.cancelled(work, OrderCancelled(1, "O1-1", event.id, buyer.id, "sorry", holders_, 1250, "EUR"))

    told = {mail.to: mail.text for mail in sent}
    assert told.keys() == {"h@example.org", "bo@example.org"}
    assert "Hello Ha Li," in told["h@example.org"]
    assert "tickets of the order" in told["h@example.org"]
    assert ("your order" in told["h@example.org"], "12.50" in told["h@example.org"]) == (False, False)
    assert ("your order" in told["bo@example.org"], "12.50 EUR" in told["bo@example.org"]) == (True, True)


def test_a_cancellation_is_told_with_its_note_as_text(work, sent, event):
    signal = OrderCancelled(1, "O1-1", event.id, bo(work).id, "<b>sorry</b> [x](http://evil.example)")

    mails.cancelled(work, signal)

    (mail,) = sent
    assert "<b>sorry</b> [x](http://evil.example)" in mail.text
    assert "<b>sorry" not in mail.html
    assert 'href="http://evil.example"' not in mail.html


def test_an_operator_proves_the_inventory(shell, capsys):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work))
    assert prove(shell)
    with shell.work() as work:
        work.db.get_one(TicketStock, ticket.id).held = 1

    assert not prove(shell)

    said = capsys.readouterr()
    assert said.out == "Every counter agrees with the orders and the attendees.\n"
    assert said.err.splitlines() == [
        f"ticket {ticket.id}: held is 1, but order lines say 0",
        f"ticket {ticket.id}: held is 1, but attendees say 0",
    ]


def test_two_holders_of_an_order_never_share_an_identifier(work, monkeypatch):
    drawn = iter(["aaaaaa", "aaaaaa", "bbbbbb"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(drawn))
    ticket = make_ticket(work, make_event(work))

    (made,) = reserve(work, [(OrderRequest((Wanted(ticket.id, 2),)), actor(bo(work)))])

    assert [one.identifier for one in holders(work.db, made.id)] == ["aaaaaa", "bbbbbb"]
    assert prove_inventory(work.db) == []


def test_seats_that_vanish_under_the_lock_stop_everything(work):
    ticket = make_ticket(work, make_event(work), quantity=5)

    def steal(_connection, cursor, statement, *_):
        if statement.startswith("UPDATE ticket_stock"):
            cursor.execute("UPDATE ticket_stock SET quantity = 1")

    events.listen(work.db.connection(), "before_cursor_execute", steal)

    with pytest.raises(StockDrift):
        reserve(work, [(OrderRequest((Wanted(ticket.id, 2),)), actor(bo(work)))])


def test_a_mail_speaks_its_readers_language_else_the_events(work, sent):
    german = make_event(work, owner=ana(work), name="Tage", language="de")
    order = make_order(
        work, make_ticket(work, german, price=4250, name="Standard"), buyer=bo(work), payment_mode="bank"
    )
    bo(work).language_prefrence = "en-GB"
    (holder,) = holders(work.db, order.id)
    work.db.flush()

    mails.tickets(work, ready(work, order))

    summary, ticket = sent
    assert (summary.subject, ticket.subject) == ("Your tickets for Tage", "Ihr Ticket für Tage")
    assert ticket.to == holder.email
    assert "Guten Tag, Holder 1" in ticket.text
    assert '<html lang="de">' in ticket.html
    assert re.search(r"(Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag), \d+\. \w+ 2026", ticket.text)


def test_why_money_goes_back_is_said_in_the_buyers_language(work, sent, event):
    order = make_order(work, make_ticket(work, event, price=4250), buyer=bo(work), status="cancelled")
    bo(work).language_prefrence = "de"
    work.db.flush()

    mails.returned(work, MoneyReturned(order.id, 4250, "EUR", WAS_CANCELLED))

    (mail,) = sent
    assert "aber nicht abschließen: die Bestellung ist storniert." in mail.text


def test_buyers_hear_of_expiry_payment_refund_and_tickets_that_are_void(work, sent, event):
    ticket = make_ticket(work, event, price=4250, name="Standard")
    paid = make_order(work, ticket, buyer=bo(work), payment_mode="bank", tickets_pdf_url="https://example.org/x")
    late = make_order(work, ticket, buyer=bo(work), status="expired")
    online = make_order(work, ticket, buyer=bo(work), payment_mode="stripe", tickets_pdf_url="https://example.org/x")
    number = order_number(paid.created_at, paid.id)

    mails.payment_received(work, OrderCompleted(paid.id, was_placed=True))
    mails.expired(work, OrderExpired(late.id))
    mails.refunded(work, RefundSettled(1, 1, f"order:{paid.id}", 1250, "EUR"))
    mails.tickets_cancelled(work, AttendeesCancelled(paid.id, {"h@example.org": "Ha"}, "Sorry."))
    told = [(mail.to, mail.template) for mail in sent]
    for quiet in (
        lambda: mails.payment_received(work, OrderCompleted(online.id)),
        lambda: mails.payment_received(work, OrderCompleted(4711, was_placed=True)),
        lambda: mails.expired(work, OrderExpired(paid.id)),
        lambda: mails.expired(work, OrderExpired(4711)),
        lambda: mails.refunded(work, RefundSettled(1, 1, "invoice:1", 1250, "EUR")),
        lambda: mails.refunded(work, RefundSettled(1, 1, "order:4711", 1250, "EUR")),
        lambda: mails.tickets_cancelled(work, AttendeesCancelled(4711, {}, None)),
        lambda: mails.cancelled(work, OrderCancelled(1, "O1-1", 4711, None, None)),
    ):
        quiet()

    assert told == [
        ("bo@example.org", "orders/payment-received"),
        ("bo@example.org", "orders/expired"),
        ("bo@example.org", "orders/refunded"),
        ("h@example.org", "orders/cancelled"),
        ("bo@example.org", "orders/cancelled"),
    ]
    assert len(sent) == len(told)
    assert [number in mail.text for mail in sent] == [True, False, True, True, True]
    assert ("42.50 EUR" in sent[0].text, "12.50 EUR" in sent[2].text) == (True, True)
    assert f"/e/{event.identifier}/tickets" in sent[1].text
    assert "> Sorry." not in sent[3].text
    assert "Sorry." in sent[3].text
