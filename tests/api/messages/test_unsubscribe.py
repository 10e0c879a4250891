"""Declining mails by the link in one: one click of a mail program (RFC 8058), or a page for people."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from werkzeug.test import Client

from cast import ana, bo
from factories import make_event
from openevent.kit.services import Message
from openevent.messages.queries import wants
from visitors import Visitor, text_of


@pytest.fixture
def event(shell):
    with shell.work() as work:
        bo(work)
        return make_event(work, owner=ana(work), name="Fair")


@pytest.fixture
def send(shell, run_jobs, services):
    """Send a mail of a kind and return its headers."""

    def sent(event, template="programme/new-session", to="Bo@example.org"):
        with shell.work() as work:
            work.send(Message(to, "Subject", "text", "<p>text</p>", template=template, event_id=event.id))
        run_jobs()
        return services.mailer.sent[-1].headers

    return sent


def test_one_click_of_a_mail_program_is_enough(api, shell, send, event, services):
    headers = send(event)

    (path,) = re.fullmatch(r"<http://127.0.0.1:8000(/v1/unsubscribe/[\w.-]+)>", headers["List-Unsubscribe"]).groups()
    answer = api.call(
        "POST",
        path,
        body=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"},
    )

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.status == 200
    with shell.work() as work:
        assert not wants(work.db, "bo@example.org", event.id, "new_paper")
        assert wants(work.db, "bo@example.org", event.id, "session_accept_reject")
    before = len(services.mailer.sent)
    send(event)
    assert len(services.mailer.sent) == before
    assert api.call("POST", path, headers={"Accept": "*/*"}).status == 200, "safe twice"


def test_following_the_link_asks_first(api, application, shell, send, event):
    path = send(event)["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    answer = api.get(path, headers={"Accept": "*/*"})
    page = answer.headers["Location"]
    visitor = Visitor(Client(application))

    assert answer.status == 303
    assert "This stops mails about new sessions of Fair" in text_of(visitor.get(page))
    with shell.work() as work:
        assert wants(work.db, "bo@example.org", event.id, "new_paper")
    assert "You will get no more mails about new sessions of Fair" in text_of(visitor.post(page))
    with shell.work() as work:
        assert not wants(work.db, "bo@example.org", event.id, "new_paper")


def test_tickets_and_mails_to_strangers_have_no_such_link(send, event):
    assert send(event, "orders/ticket") == {}
    assert send(event, to="stranger@example.org") == {}


def test_nobody_declines_for_others(api, send, event, shell, services, clock):
    with shell.work() as work:
        other = ana(work)
    path = send(event)["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000/v1")
    user, about, wish, signature = path.rpartition("/")[2].split(".", 3)
    gone = services.signer.sign("unsubscribe:999999:1:new_paper", expires=clock.now() + timedelta(days=1))
    forged = [
        f"{other.id}.{about}.{wish}.{signature}",
        f"{user}.{about}.next_event.{signature}",
        f"{user}.{about}.everything.{signature}",
        "nonsense",
        f"999999.1.new_paper.{gone}",
    ]

    for token in forged:
        assert api.call("POST", f"/v1/unsubscribe/{token}", headers={"Accept": "*/*"}).status == 404, token
    clock.advance(days=401)
    assert api.call("POST", f"/v1{path}", headers={"Accept": "*/*"}).status == 404
