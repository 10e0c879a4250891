"""What those who run an event see of the mails of an order, and do about them."""

from __future__ import annotations

import re

import pytest

from cast import ana, bo, eve
from factories import make_event, make_order, make_ticket
from openevent.kit.errors import Unavailable
from openevent.kit.mailers import MailRefused
from openevent.orders.signals import ConfirmationWanted
from visitors import text_of


@pytest.fixture
def sold(shell):
    with shell.work() as work:
        event = make_event(work, owner=ana(work), name="Fair", can_pay_by_bank=True)
        ticket = make_ticket(work, event, name="Pass", price=2500)
        order = make_order(work, ticket, buyer=bo(work), payment_mode="bank")
        return event, order, ana(work), bo(work)


def states(page):
    return re.findall(r"</b> <span class=\"badge [a-z]+\">([^<]+)</span>", page.text)


def test_an_organizer_resends_from_the_list_and_waits_when_it_was_often(visitor, run_jobs, services, sold):
    event, order, organizer, _ = sold
    browser, page = visitor(organizer), f"/events/{event.identifier}/orders"

    answers = [browser.post(f"/orders/{order.identifier}/resend", {"next": "orders"}, at=page)]
    said = text_of(browser.get(page))
    answers += [browser.post(f"/orders/{order.identifier}/resend", {"next": "orders"}, at=page) for _ in range(5)]
    run_jobs()

    assert [(one.status_code, one.headers.get("Location")) for one in answers[:5]] == [(303, page)] * 5
    assert "is on its way again" in said
    assert len(services.mailer.sent) == 10
    assert answers[5].status_code == 429
    assert answers[5].headers["Retry-After"] == "60"
    assert "Please wait 60 seconds, then try again." in text_of(answers[5])
    assert "Pass" in text_of(answers[5]), "it is the list of orders still"


def test_the_page_of_an_order_resends_as_well(visitor, clock, sold):
    _, order, organizer, _ = sold
    browser, page = visitor(organizer), f"/orders/{order.identifier}"

    answers = [browser.post(f"{page}/resend", at=page) for _ in range(5)]
    clock.advance(seconds=59)
    refused = browser.post(f"{page}/resend", at=page)

    assert [one.status_code for one in answers] == [303] * 5
    assert refused.status_code == 429
    assert "Please wait 1 second, then" in text_of(refused)


def test_nobody_else_resends_or_retries(visitor, shell, sold):
    _, order, _, buyer = sold
    with shell.work() as work:
        stranger = eve(work)
    page = f"/orders/{order.identifier}"
    csrf = visitor(buyer)
    token = {"csrf_token": csrf.token("/events")}

    assert csrf.client.post(f"{page}/resend", data=token).status_code == 403
    assert csrf.client.post(f"{page}/mails/1/retry", data=token).status_code == 403
    other = visitor(stranger)
    token = {"csrf_token": other.token("/events")}
    assert other.client.post(f"{page}/resend", data=token).status_code == 404
    assert "mails-title" not in visitor(buyer).get(page).text


def test_what_became_of_each_mail_is_shown_and_failures_are_retried(
    visitor, shell, run_jobs, services, clock, sold, monkeypatch
):
    _, order, organizer, _ = sold
    browser, page = visitor(organizer), f"/orders/{order.identifier}"
    with shell.work() as work:
        work.announce(ConfirmationWanted(order.id))
    delivered = type(services.mailer).send
    refusals = {"bo@example.org": MailRefused("The mail server refused the mail for good (550).")}

    def send(mailer, message, *, message_id):
        raise refusals.get(message.to, Unavailable("The mail server can't be used now: timeout."))

    monkeypatch.setattr(type(services.mailer), "send", send)
    run_jobs()

    shown = browser.get(page)
    assert states(shown) == ["Trying again", "Failed"]
    assert "refused the mail for good (550)" in text_of(shown)
    assert "timeout. Next try: 1 Mar 2026" in text_of(shown)
    (retry,) = re.findall(rf"{page}/mails/\d+/retry", shown.text)
    monkeypatch.setattr(type(services.mailer), "send", delivered)
    clock.advance(minutes=1)
    assert browser.post(retry, at=page).status_code == 303
    assert states(browser.get(page)) == ["Trying again", "Queued"]
    run_jobs()
    assert states(browser.get(page)) == ["Sent", "Sent"]
    assert {one.to for one in services.mailer.sent} >= {"bo@example.org"}
    again = browser.post(retry, at=page)
    assert (again.status_code, "has not failed" in text_of(again)) == (409, True)
