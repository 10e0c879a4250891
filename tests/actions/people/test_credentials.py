from __future__ import annotations

import re
import threading

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from cast import actor, ana
from factories import PASSWORD, make_user
from openevent.kit.access import NOBODY, Actor
from openevent.kit.errors import Invalid, Malformed, TooManyRequests, Unauthenticated
from openevent.kit.jobs import AuditEntry, Job
from openevent.kit.passwords import is_password
from openevent.people import actions, queries
from openevent.people.actions import RESET, VERIFY, FreshSignInRequired, LinkSpent
from openevent.people.models import OneTimeToken, User

NEW = "a much better password"


@pytest.fixture
def user(shell):
    with shell.work() as work:
        return ana(work)


def _token(message):
    return re.search(r"token=([\w-]+)", message.text)[1]


def _ask(shell, run_jobs, email="ana@example.org", origin="192.0.2.1"):
    with shell.work() as work:
        actions.request_password_reset(work, email, by=Actor(origin=origin))
    run_jobs()


def _reset(shell, token, password=NEW):
    with shell.work() as work:
        return actions.reset_password(work, token, password, by=NOBODY)


def _stored(shell, user):
    with shell.database.reading() as db:
        return db.get_one(User, user.id)


# Reset


def test_a_reset_mail_goes_to_the_account_with_a_link_into_our_pages(shell, user, run_jobs, services):
    _ask(shell, run_jobs, " ANA@example.org")

    (message,) = services.mailer.sent
    assert (message.to, message.subject) == ("ana@example.org", "Choose a new password")
    assert f"http://127.0.0.1:8000/reset-password?token={_token(message)}" in message.text
    assert _token(message) in message.html


def test_an_unknown_address_gets_no_mail_and_leaves_the_same_job(shell, user, run_jobs, services):
    with shell.work() as work:
        actions.request_password_reset(work, "nobody@example.org", by=Actor(origin="192.0.2.1"))
        job = work.db.scalars(select(Job)).one()
        assert (job.name, job.payload) == (
            "people.mails.reset on PasswordResetRequested",
            {"email": "nobody@example.org"},
        )
    run_jobs()

    assert services.mailer.sent == []


def test_what_is_no_address_leaves_nothing(shell, run_jobs):
    _ask(shell, run_jobs, "no address")

    with shell.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Job)) == 0


def test_a_blocked_account_gets_no_reset_mail(shell, run_jobs, services):
    with shell.work() as work:
        make_user(work, email="blocked@example.org", is_blocked=True)

    _ask(shell, run_jobs, "blocked@example.org")

    assert services.mailer.sent == []


def test_the_mailed_token_sets_a_new_password_and_verifies_the_address(shell, run_jobs, services):
    with shell.work() as work:
        user = make_user(work, email="new@example.org", is_verified=False)
    _ask(shell, run_jobs, user.email)

    _reset(shell, _token(services.mailer.sent[0]))

    stored = _stored(shell, user)
    assert is_password(NEW, stored.password_hash)
    assert stored.is_verified


def test_a_reset_token_works_once(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    token = _token(services.mailer.sent[0])
    _reset(shell, token)

    with pytest.raises(LinkSpent):
        _reset(shell, token, "yet another password")
    assert is_password(NEW, _stored(shell, user).password_hash)


def test_a_reset_token_works_once_even_when_used_twice_at_the_same_moment(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    token = _token(services.mailer.sent[0])
    start, outcomes = threading.Barrier(2), []

    def race(password):
        start.wait()
        try:
            _reset(shell, token, password)
            outcomes.append("set")
        except LinkSpent:
            outcomes.append("spent")

    threads = [threading.Thread(target=race, args=(f"password number {number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["set", "spent"]


def test_a_reset_token_lasts_an_hour(shell, user, run_jobs, services, clock):
    _ask(shell, run_jobs)
    token = _token(services.mailer.sent[0])

    clock.advance(minutes=59, seconds=59)
    with shell.database.reading() as db:
        assert queries.has_open_token(db, token, RESET, clock.now())
    clock.advance(seconds=1)
    with pytest.raises(LinkSpent):
        _reset(shell, token)


def test_of_two_requests_only_the_newest_token_is_valid(shell, user, run_jobs, services):
    for origin in ("192.0.2.1", "192.0.2.2"):
        with shell.work() as work:
            actions.request_password_reset(work, user.email, by=Actor(origin=origin))
    run_jobs()
    first, second = (_token(message) for message in services.mailer.sent)

    with pytest.raises(LinkSpent):
        _reset(shell, first)
    _reset(shell, second)


def test_changing_the_password_voids_a_reset_token(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    with shell.work() as work:
        actions.change_password(work, PASSWORD, NEW, by=actor(user))

    with pytest.raises(LinkSpent):
        _reset(shell, _token(services.mailer.sent[0]))


def test_a_reset_token_is_void_at_another_address(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    with shell.work() as work:
        work.db.get_one(User, user.id).email = "elsewhere@example.org"

    with pytest.raises(LinkSpent):
        _reset(shell, _token(services.mailer.sent[0]))


def test_a_verification_token_resets_no_password(shell, user):
    with shell.work() as work:
        token = actions.issue_secret(work, work.db.get_one(User, user.id), VERIFY, by=NOBODY)

    with pytest.raises(LinkSpent):
        _reset(shell, token)


@pytest.mark.parametrize("token", ["", "x", "null", "' OR 1=1 --", "é" * 50])
def test_a_made_up_token_resets_no_password(shell, user, token):
    with pytest.raises(LinkSpent):
        _reset(shell, token)


def test_a_short_password_does_not_use_the_token_up(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    token = _token(services.mailer.sent[0])

    with pytest.raises(Invalid) as caught:
        _reset(shell, token, "short")
    assert caught.value.pointer == "/data/password"
    _reset(shell, token)


def test_a_reset_ends_all_sign_ins(shell, user, run_jobs, services, clock):
    with shell.work() as work:
        cookie = actions.open_sign_in(work, user.id, by=actor(user))
    clock.advance(seconds=1)
    _ask(shell, run_jobs)

    _reset(shell, _token(services.mailer.sent[0]))

    assert queries.account_by_cookie(shell.database, cookie, clock.now()) is None
    assert _stored(shell, user).tokens_valid_from == clock.now()
    assert _stored(shell, user).spared_token is None


def test_a_reset_is_told_to_the_owner_and_the_trail(shell, user, run_jobs, services):
    _ask(shell, run_jobs)
    _reset(shell, _token(services.mailer.sent[0]))
    run_jobs()

    assert [message.subject for message in services.mailer.sent] == [
        "Choose a new password",
        "Your password was changed",
    ]
    with shell.database.reading() as db:
        trail = list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [action for action in trail if action != "mail.send"] == ["user.reset-mail", "user.reset-password"]
    assert trail.count("mail.send") == 2


def test_the_token_itself_is_stored_nowhere(shell, user, run_jobs, services):
    _ask(shell, run_jobs)

    with shell.database.reading() as db:
        row = db.scalars(select(OneTimeToken)).one()
        entries = [entry.details for entry in db.scalars(select(AuditEntry))]
        payloads = [job.payload for job in db.scalars(select(Job))]
    token = _token(services.mailer.sent[0])
    assert token not in f"{vars(row)} {entries} {payloads}"


def test_resets_are_limited_by_machine_and_by_address(shell, user, run_jobs, clock):
    _ask(shell, run_jobs)
    with pytest.raises(TooManyRequests):
        _ask(shell, run_jobs, "other@example.org")
    for _ in range(2):
        clock.advance(seconds=60)
        _ask(shell, run_jobs)
    with pytest.raises(TooManyRequests):
        _ask(shell, run_jobs, origin="198.51.100.7")


# Verification


def test_the_welcome_mail_verifies_the_address(shell, run_jobs, services):
    with shell.work() as work:
        user = actions.sign_up(work, {"email": "new@example.org", "password": PASSWORD}, by=NOBODY)
    run_jobs()

    (message,) = services.mailer.sent
    assert message.to == "new@example.org"
    assert "/verify?token=" in message.text
    with shell.work() as work:
        actions.verify_email(work, _token(message), by=NOBODY)
    assert _stored(shell, user).is_verified


def test_the_verification_mail_can_be_had_again_and_voids_the_first(shell, run_jobs, services):
    with shell.work() as work:
        actions.sign_up(work, {"email": "new@example.org", "password": PASSWORD}, by=NOBODY)
    run_jobs()
    with shell.work() as work:
        actions.request_verification(work, "new@example.org", by=NOBODY)
    run_jobs()

    first, second = (_token(message) for message in services.mailer.sent)
    with pytest.raises(LinkSpent), shell.work() as work:
        actions.verify_email(work, first, by=NOBODY)
    with shell.work() as work:
        actions.verify_email(work, second, by=NOBODY)


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org", "no address"])
def test_nobody_is_asked_to_verify_without_need(shell, user, run_jobs, services, email):
    with shell.work() as work:
        actions.request_verification(work, email, by=NOBODY)
    run_jobs()

    assert services.mailer.sent == []


def test_verification_mails_are_limited(shell, user):
    def ask():
        with shell.work() as work:
            actions.request_verification(work, user.email, by=NOBODY)

    for _ in range(3):
        ask()
    with pytest.raises(TooManyRequests):
        ask()


def test_a_verification_token_lasts_three_days(shell, user, clock):
    with shell.work() as work:
        token = actions.issue_secret(work, work.db.get_one(User, user.id), VERIFY, by=NOBODY)
    clock.advance(days=3)

    with pytest.raises(LinkSpent), shell.work() as work:
        actions.verify_email(work, token, by=NOBODY)


def test_an_account_that_is_gone_gets_no_mails(shell, run_jobs, services):
    with shell.work() as work:
        user = actions.sign_up(work, {"email": "new@example.org", "password": PASSWORD}, by=NOBODY)
        actions.change_password(work, PASSWORD, NEW, by=actor(user))
        actions.change_email(work, "newer@example.org", NEW, by=actor(user))
        actions.delete_account(work, user, by=actor(user))
    run_jobs()

    assert services.mailer.sent == []


# Change


def test_the_password_is_changed_and_other_sign_ins_end(shell, user, clock):
    with shell.work() as work:
        cookie = actions.open_sign_in(work, user.id, by=actor(user))
    with shell.work() as work:
        actions.change_password(work, PASSWORD, NEW, by=replace(actor(user), token="mine"))

    stored = _stored(shell, user)
    assert is_password(NEW, stored.password_hash)
    assert (stored.tokens_valid_from, stored.spared_token) == (clock.now(), "mine")
    assert queries.account_by_cookie(shell.database, cookie, clock.now()) is None


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ("wrong", NEW, None),
        (PASSWORD, PASSWORD, "/data/new-password"),
        (PASSWORD, "short", "/data/new-password"),
    ],
)
def test_a_password_that_does_not_fit_is_not_changed(shell, user, old, new, pointer):
    with pytest.raises(Malformed) as caught, shell.work() as work:
        actions.change_password(work, old, new, by=actor(user))

    assert caught.value.pointer == pointer
    assert is_password(PASSWORD, _stored(shell, user).password_hash)


def test_changing_the_password_needs_a_fresh_sign_in(shell, user):
    with pytest.raises(FreshSignInRequired), shell.work() as work:
        actions.change_password(work, PASSWORD, NEW, by=replace(actor(user), is_fresh=False))


def test_the_browser_in_which_it_was_changed_stays_signed_in(shell, user, clock):
    with shell.work() as work:
        cookie = actions.change_password_in_browser(work, PASSWORD, NEW, by=replace(actor(user), is_fresh=False))

    account, _ = queries.account_by_cookie(shell.database, cookie, clock.now())
    assert account.id == user.id


def test_nobody_has_no_password_to_change(work):
    with pytest.raises(Unauthenticated):
        actions.change_password(work, PASSWORD, NEW, by=NOBODY)
