"""The page behind the link of an invitation to run a group: only the invited account can say yes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cast import actor, ana, bo, eve
from factories import make_group, make_role
from openevent.events.actions import invite_to_group, seed
from openevent.events.models import Group, UsersGroupsRole
from visitors import harmful, text_of


@pytest.fixture
def people(shell):
    with shell.work() as work:
        seed(work)
        return {maker.__name__: maker(work) for maker in (ana, bo, eve)}


@pytest.fixture
def group(shell, people):
    with shell.work() as work:
        return make_group(work, people["ana"], name="Sea <People>")


@pytest.fixture
def link(shell, group, people, run_jobs, services):
    """A function that invites an address and returns the path in the mail."""

    def make(email):
        with shell.work() as work:
            role = make_role(work, "organizer")
            invite_to_group(work, group.id, role.id, email, by=actor(people["ana"]))
        run_jobs()
        return re.search(r"http://127\.0\.0\.1:8000(/group-invites\?token=\S+)", services.mailer.sent[-1].text)[1]

    return make


def _token(path):
    return path.partition("token=")[2]


def _is_in(shell, user):
    with shell.database.reading() as db:
        held = select(UsersGroupsRole.accepted).where(UsersGroupsRole.user_id == user.id)
        return bool(db.scalar(held))


def test_the_invited_account_reads_what_it_is_asked_and_accepts_with_one_button(visitor, shell, people, link):
    path, who = link("bo@example.org"), visitor(people["bo"])
    page = who.get(path)

    assert (page.status_code, page.headers["Cache-Control"], harmful(page)) == (200, "no-store", [])
    assert all(one in text_of(page) for one in ("Sea <People>", "to run this group", "Accept the invitation"))
    assert not _is_in(shell, people["bo"])
    answer = who.post("/group-invites", {"token": _token(path)}, at=path)
    assert (answer.status_code, _is_in(shell, people["bo"])) == (303, True)
    shown = text_of(who.get(answer.headers["Location"]))
    assert "Thank you for helping with Sea <People>!" in shown
    assert "This invitation is accepted." in shown


def test_others_are_told_to_sign_in_with_the_invited_address(visitor, shell, people, link):
    path = link("bo@example.org")

    assert "Sign in with this address first" in text_of(visitor().get(path))
    stranger = visitor(people["eve"])
    assert "You are signed in as eve@example.org" in text_of(stranger.get(path))
    refused = stranger.post("/group-invites", {"token": _token(path)}, at="/account")
    assert (refused.status_code, "for another address" in text_of(refused)) == (422, True)
    assert not _is_in(shell, people["eve"])


def test_links_without_account_old_ones_and_unknown_ones_say_so(visitor, shell, clock, people, group, link):
    path = link("new@example.org")

    assert 'href="/sign-up?email=new%40example.org' in visitor().get(path).text
    clock.advance(days=8)
    assert "too old" in text_of(visitor().get(path))
    with shell.work() as work:
        work.db.get_one(Group, group.id).deleted_at = clock.now()
    for one in (path, "/group-invites", "/group-invites?token=nonsense~x"):
        assert visitor().get(one).status_code == 404
