"""The page behind the link of an invitation to a team: read first, accept with one button."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cast import actor, ana, bo
from factories import make_event, make_role
from openevent.events.actions import invite, seed
from openevent.events.models import Event, UsersEventsRole
from openevent.people.models import User
from visitors import harmful, text_of


@pytest.fixture
def event(shell):
    with shell.work() as work:
        seed(work)
        return make_event(work, owner=ana(work), name="Sea <Conf>")


@pytest.fixture
def link(shell, event, run_jobs, services):
    """A function that invites an address as organizer and returns the path in the mail."""

    def make(email):
        with shell.work() as work:
            values = {"event_id": event.id, "role_id": make_role(work, "organizer").id, "role_name": "organizer"}
            invite(work, values | {"email": email}, by=actor(_owner(work)))
        run_jobs()
        return re.search(r"http://127\.0\.0\.1:8000(/role-invites\?token=\S+)", services.mailer.sent[-1].text)[1]

    return make


@pytest.fixture
def somebody(shell, event):
    with shell.work() as work:
        return bo(work)


def _owner(work):
    return work.db.scalars(select(User).where(User.email == "ana@example.org")).one()


def _token(path):
    return path.partition("token=")[2]


def _is_organizer(shell, event, user):
    with shell.database.reading() as db:
        mine = UsersEventsRole.event_id == event.id, UsersEventsRole.user_id == user.id
        return db.scalar(select(UsersEventsRole.role_name).where(*mine)) == "organizer"


def test_the_page_says_what_one_is_asked_and_accepts_nothing(visitor, shell, event, somebody, link):
    page = visitor().get(link(somebody.email))

    assert page.status_code == 200
    assert all(one in text_of(page) for one in ("Sea <Conf>", "Organizer", "bo@example.org", "Accept the invitation"))
    assert page.headers["Cache-Control"] == "no-store"
    assert not harmful(page)
    assert not _is_organizer(shell, event, somebody)


def test_one_button_takes_the_part_without_signing_in(visitor, shell, event, somebody, link):
    path, who = link(somebody.email), visitor()
    answer = who.post("/role-invites", {"token": _token(path)}, at=path)

    assert answer.status_code == 303
    assert _is_organizer(shell, event, somebody)
    shown = text_of(who.get(answer.headers["Location"]))
    assert "Thank you for helping with Sea <Conf>!" in shown
    assert "This invitation is accepted." in shown
    assert "Accept the invitation" not in shown


def test_what_was_accepted_already_is_said(visitor, somebody, link):
    path, who = link(somebody.email), visitor()
    csrf = who.token(path)
    sent = [who.client.post("/role-invites", data={"csrf_token": csrf, "token": _token(path)}) for _ in range(2)]

    assert [one.status_code for one in sent] == [303, 422]
    assert "This invitation is accepted." in text_of(sent[1])


def test_an_old_link_says_so(visitor, clock, shell, event, somebody, link):
    path, who = link(somebody.email), visitor()
    csrf = who.token(path)
    clock.advance(days=8)
    shown, sent = who.get(path), who.client.post("/role-invites", data={"csrf_token": csrf, "token": _token(path)})

    assert (shown.status_code, sent.status_code) == (200, 422)
    assert all("too old" in text_of(one) and "Accept the" not in text_of(one) for one in (shown, sent))
    assert not _is_organizer(shell, event, somebody)


def test_unknown_links_and_those_to_events_that_are_gone_say_so(visitor, shell, clock, event, somebody, link):
    path = link(somebody.email)
    with shell.work() as work:
        work.db.get_one(Event, event.id).deleted_at = clock.now()

    for one in (path, "/role-invites", "/role-invites?token=nonsense~x", "/role-invites?token=%22%3E<b>"):
        page = visitor().get(one)
        assert (page.status_code, "There is no such invitation" in text_of(page)) == (404, True), one
    who = visitor()
    assert who.post("/role-invites", {"token": "nonsense"}, at="/sign-in").status_code == 404


def test_whoever_has_no_account_signs_up_first_and_comes_back(visitor, link):
    path, who = link("new@example.org"), visitor()
    page = who.get(path)
    sign_up = re.search(r'href="(/sign-up\?email=[^"]+)"', page.text)[1].replace("&amp;", "&")
    form = who.get(sign_up)

    assert "Accept the invitation" not in text_of(page)
    assert 'value="new@example.org"' in form.text
    assert "/role-invites?token=" in form.text
    refused = who.post("/role-invites", {"token": _token(path)}, at="/sign-in")
    assert (refused.status_code, "Please sign up first" in text_of(refused)) == (422, True)


def test_the_button_works_with_its_csrf_value_alone(visitor, shell, event, somebody, link):
    path = link(somebody.email)

    assert visitor().client.post("/role-invites", data={"token": _token(path)}).status_code == 400
    assert not _is_organizer(shell, event, somebody)
