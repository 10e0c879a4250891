from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from cast import actor, adm, ana
from factories import PASSWORD, make_user
from openevent.kit.access import NOBODY, SYSTEM, Actor
from openevent.kit.errors import Invalid, TooManyRequests
from openevent.kit.jobs import AuditEntry, Job
from openevent.kit.passwords import is_password
from openevent.people import actions
from openevent.people.actions import EmailTaken
from openevent.people.models import User
from openevent.people.signals import UserSignedUp

VALUES = {"email": "New@Example.org", "password": PASSWORD, "first_name": "Noa"}


def test_signing_up_makes_an_account_that_is_not_verified(work):
    user = actions.sign_up(work, VALUES, by=NOBODY)

    assert (user.email, user.first_name, user.is_verified, user.created_at) == (
        "new@example.org",
        "Noa",
        False,
        work.now,
    )
    assert is_password(PASSWORD, user.password_hash)
    assert work.announced == [UserSignedUp(user.id)]


def test_signing_up_leaves_a_trace(work):
    user = actions.sign_up(work, VALUES, by=NOBODY)

    entry = work.db.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.actor_kind) == ("user.sign-up", f"user:{user.id}", "anonymous")
    assert PASSWORD not in str(entry.details)


def test_the_welcome_mail_waits_in_the_outbox_without_its_secret(work):
    user = actions.sign_up(work, VALUES, by=NOBODY)

    job = work.db.scalars(select(Job)).one()
    assert (job.name, job.payload) == ("people.mails.verification on UserSignedUp", {"user_id": user.id})


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"email": "nope"}, "/data/attributes/email"),
        ({"email": None}, "/data/attributes/email"),
        ({"email": 7}, "/data/attributes/email"),
        ({"password": "short"}, "/data/attributes/password"),
        ({"password": None}, "/data/attributes/password"),
        ({"is_verified": True}, "/data/attributes/is-verified"),
        ({"is_admin": True}, "/data/attributes/is-admin"),
        ({"is_super_admin": True}, "/data/attributes/is-super-admin"),
        ({"is_sales_admin": True}, "/data/attributes/is-sales-admin"),
        ({"is_marketer": True}, "/data/attributes/is-marketer"),
        ({"is_blocked": True}, "/data/attributes/is-blocked"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(shell, values, pointer):
    with pytest.raises(Invalid) as caught, shell.work() as work:
        actions.sign_up(work, VALUES | values, by=NOBODY)

    assert caught.value.pointer == pointer
    with shell.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(User)) == 0


def test_marks_that_are_sent_as_false_are_fine(work):
    user = actions.sign_up(work, VALUES | {"is_admin": False, "is_blocked": None}, by=NOBODY)

    assert (user.is_admin, user.is_blocked) == (False, False)


def test_an_admin_makes_an_account_that_is_verified(work):
    user = actions.sign_up(work, VALUES | {"is_verified": True}, by=actor(adm(work)))

    assert user.is_verified


def test_an_address_is_given_once_however_it_is_spelled(work):
    make_user(work, email="new@example.org")

    with pytest.raises(EmailTaken):
        actions.sign_up(work, VALUES, by=NOBODY)


def test_of_two_at_once_one_gets_the_address(shell):
    start = threading.Barrier(2)
    outcomes = []

    def race():
        start.wait()
        try:
            with shell.work() as work:
                actions.sign_up(work, VALUES, by=NOBODY)
            outcomes.append("made")
        except EmailTaken:
            outcomes.append("taken")

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "taken"]


def test_one_machine_does_not_sign_up_without_end(work):
    for _ in range(100):
        work.services.limiter.hit("sign-up:192.0.2.1", times=100, seconds=3600)

    with pytest.raises(TooManyRequests):
        actions.sign_up(work, VALUES, by=Actor(origin="192.0.2.1"))


def test_signing_up_in_a_browser_signs_it_in(work):
    token = actions.sign_up_in_browser(work, VALUES, by=NOBODY)

    assert len(token) >= 43


def test_the_command_makes_a_super_admin(work):
    user = actions.create_admin(work, "Root@example.org", PASSWORD)

    assert (user.email, user.is_super_admin, user.is_admin, user.is_verified) == ("root@example.org", True, True, True)


def test_the_command_makes_an_account_that_is_there_a_super_admin(work):
    user = ana(work)
    user.is_blocked = True

    promoted = actions.create_admin(work, user.email, "another password", by=SYSTEM)

    assert (promoted.id, promoted.is_super_admin, promoted.is_blocked) == (user.id, True, False)
    assert is_password("another password", promoted.password_hash)
