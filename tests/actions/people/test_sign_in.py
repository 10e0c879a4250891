from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cast import actor, ana, bo
from factories import PASSWORD, make_user
from openevent.kit.access import NOBODY
from openevent.kit.errors import TooManyRequests
from openevent.kit.jobs import AuditEntry
from openevent.kit.jwt import REFRESH, Claims
from openevent.kit.passwords import is_outdated, is_password
from openevent.people import actions, queries
from openevent.people.actions import AccountBlocked, WrongCredentials
from openevent.people.models import OneTimeToken, SignIn, User
from openevent.people.queries import SignInEnded, account_by_cookie, account_by_token, check_refresh_token
from openevent.people.resources import caller_by_cookie, caller_by_header, write_access


@pytest.fixture
def user(shell):
    with shell.work() as work:
        return ana(work)


def _sign_in(shell, email="ana@example.org", password=PASSWORD, origin="192.0.2.1"):
    return actions.sign_in(shell.database, shell.work, email, password, origin=origin)


def _claims(user, clock, **more):
    values = {
        "identity": user.id,
        "fresh": True,
        "iat": clock.now().timestamp(),
        "exp": 0,
        "jti": "j",
        "type": "access",
    }
    return Claims(**(values | more))


def _change(shell, user, **values):
    with shell.work() as work:
        row = work.db.get_one(User, user.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_right_password_opens(shell, user):
    account = _sign_in(shell, " ANA@example.org")

    assert (account.id, account.email, account.kind, account.name) == (user.id, user.email, "user", "Ana Ortiz")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.org", "wrong"),
        ("ana@example.org", ""),
        ("nobody@example.org", PASSWORD),
        ("no address", PASSWORD),
    ],
)
def test_wrong_is_wrong_whichever_half_it_is(shell, user, email, password):
    with pytest.raises(WrongCredentials, match="Invalid Credentials"):
        _sign_in(shell, email, password)


def test_a_deleted_account_is_an_unknown_one(shell, user, clock):
    _change(shell, user, deleted_at=clock.now())

    with pytest.raises(WrongCredentials):
        _sign_in(shell)


def test_a_blocked_account_is_told_so_after_the_right_password_only(shell, user):
    _change(shell, user, is_blocked=True)

    with pytest.raises(AccountBlocked):
        _sign_in(shell)
    with pytest.raises(WrongCredentials):
        _sign_in(shell, password="wrong")


def test_an_outdated_hash_is_made_anew_at_the_next_sign_in(shell, user):
    assert is_outdated(user.password_hash)

    _sign_in(shell)

    with shell.database.reading() as db:
        stored = db.get_one(User, user.id).password_hash
    assert not is_outdated(stored)
    assert is_password(PASSWORD, stored)


def test_a_hash_of_today_stays(shell, user):
    _sign_in(shell)
    with shell.database.reading() as db:
        before = db.get_one(User, user.id).password_hash

    _sign_in(shell)

    with shell.database.reading() as db:
        assert db.get_one(User, user.id).password_hash == before


@pytest.fixture
def guessed(services):
    """Somebody at 192.0.2.1 has used up all guesses at Ana's password."""
    for _ in range(20):
        services.limiter.hit("sign-in:192.0.2.1:ana@example.org", times=20, seconds=600)


def test_guessing_is_slowed_down_for_one_account_from_one_address(shell, user, guessed):
    with pytest.raises(TooManyRequests):
        _sign_in(shell)


def test_guessing_locks_nobody_out_elsewhere_and_not_for_ever(shell, user, guessed, clock):
    assert _sign_in(shell, origin="198.51.100.7").id == user.id
    clock.advance(minutes=10)
    assert _sign_in(shell).id == user.id


def test_one_address_does_not_try_account_after_account(shell, services):
    for _ in range(300):
        services.limiter.hit("sign-in-from:192.0.2.1", times=300, seconds=300)

    with pytest.raises(TooManyRequests):
        _sign_in(shell, "somebody@example.org")


def test_the_own_password_is_checked_under_the_same_limit(shell, user):
    by = actor(user)

    assert actions.is_own_password(shell.database, shell.work, PASSWORD, by=by)
    assert not actions.is_own_password(shell.database, shell.work, "wrong", by=by)
    assert not actions.is_own_password(shell.database, shell.work, PASSWORD, by=NOBODY)


# Tokens


def test_a_token_names_its_account(shell, user, clock):
    assert account_by_token(shell.database, _claims(user, clock)).email == user.email


@pytest.mark.parametrize("state", [{"is_blocked": True}, {"deleted_at": "now"}])
def test_a_token_of_a_blocked_or_deleted_account_is_refused(shell, user, clock, state):
    _change(shell, user, **{name: clock.now() if value == "now" else value for name, value in state.items()})

    with pytest.raises(SignInEnded):
        account_by_token(shell.database, _claims(user, clock))


def test_a_token_of_nobody_is_refused(shell, user, clock):
    with pytest.raises(SignInEnded):
        account_by_token(shell.database, _claims(user, clock, identity=999_999))


def test_voiding_refresh_tokens_ends_what_would_have_lasted(shell, user, clock):
    before = _claims(user, clock)
    clock.advance(seconds=1)
    with shell.work() as work:
        cookie = actions.open_sign_in(work, user.id, by=actor(user))
        actions.void_refresh_tokens(work, user.id, by=actor(user))

    with pytest.raises(SignInEnded):
        check_refresh_token(shell.database, before)
    assert account_by_cookie(shell.database, cookie, clock.now()) is None
    assert account_by_token(shell.database, before).id == user.id  # as one that gives access
    check_refresh_token(shell.database, _claims(user, clock))


def test_who_signs_in_while_the_password_changes_is_not_in(shell, user, clock):
    """The slow check was made with the old password; what follows from it comes when there is a new one."""
    account = _sign_in(shell)
    with shell.work() as work:
        actions.change_password(work, PASSWORD, "another password", by=actor(user))
    clock.advance(seconds=1)
    late = shell.services.tokens.pair(
        account.id,
        now=clock.now(),
        access_lasts=timedelta(hours=1),
        refresh_lasts=timedelta(days=1),
        since=account.since,
    )

    with pytest.raises(SignInEnded):
        account_by_token(shell.database, shell.services.tokens.read(late.access, now=clock.now()))
    with pytest.raises(SignInEnded):
        account_by_token(shell.database, shell.services.tokens.read(late.refresh, now=clock.now(), type_=REFRESH))
    with shell.work() as work, pytest.raises(WrongCredentials):
        actions.open_sign_in(work, account.id, by=actor(user), since=account.since)
    again = _sign_in(shell, password="another password")
    with shell.work() as work:
        cookie = actions.open_sign_in(work, again.id, by=actor(user), since=again.since)
    assert account_by_cookie(shell.database, cookie, clock.now())[0].id == user.id


def test_one_token_may_be_spared(shell, user, clock):
    _change(shell, user, tokens_valid_from=clock.now() + timedelta(seconds=1), spared_token="mine")

    assert account_by_token(shell.database, _claims(user, clock, jti="mine")).id == user.id
    with pytest.raises(SignInEnded):
        account_by_token(shell.database, _claims(user, clock, jti="other"))


def test_who_calls_is_read_from_the_header(shell, user, clock):
    token = shell.services.tokens.access(user.id, now=clock.now(), lasts=timedelta(hours=1), fresh=False)

    by = caller_by_header(shell, f"JWT {token}", origin="192.0.2.1")

    assert (by.id, by.email, by.kind, by.is_fresh, by.origin) == (user.id, user.email, "user", False, "192.0.2.1")


def test_without_a_header_nobody_calls(shell):
    by = caller_by_header(shell, "", origin="192.0.2.1")

    assert (by.id, by.kind, by.origin) == (None, "anonymous", "192.0.2.1")


def test_being_here_is_noted_once_an_hour(shell, user, clock):
    token = shell.services.tokens.access(user.id, now=clock.now(), lasts=timedelta(hours=24), fresh=True)
    noted = []
    for minutes in (0, 30, 29, 1):
        clock.advance(minutes=minutes)
        caller_by_header(shell, f"Bearer {token}", origin=None)
        with shell.database.reading() as db:
            noted.append(db.get_one(User, user.id).last_accessed_at)

    start = clock.now() - timedelta(minutes=60)
    assert noted == [start, start, start, clock.now()]


def test_who_comes_in_the_same_second_is_noted_together(shell, clock):
    with shell.work() as work:
        people = [make_user(work, email=f"p{n}@example.org").id for n in range(4)]
    tokens = shell.services.tokens

    def come(key: int) -> None:
        token = tokens.access(key, now=clock.now(), lasts=timedelta(hours=24), fresh=True)
        caller_by_header(shell, f"Bearer {token}", origin=None)

    def noted() -> list[bool]:
        with shell.database.reading() as db:
            return [db.get_one(User, key).last_accessed_at is not None for key in people]

    come(people[0])
    come(people[1])
    assert noted() == [True, False, False, False]
    clock.advance(seconds=1)
    come(people[2])
    assert noted() == [True, True, True, False]
    come(people[3])
    write_access(shell, shell.seen.rest())  # at the end
    assert noted() == [True] * 4


def test_who_only_reads_is_known_even_where_nothing_can_be_written(shell, user, clock, monkeypatch, caplog):
    def full(*_given):
        raise OperationalError("UPDATE users", {}, Exception("database or disk is full"))

    monkeypatch.setattr("openevent.people.actions.note_access", full)
    token = shell.services.tokens.access(user.id, now=clock.now(), lasts=timedelta(hours=24), fresh=True)

    assert caller_by_header(shell, f"Bearer {token}", origin=None).id == user.id
    assert "can't be written down" in caplog.text


# Browsers


def _open(shell, user, **more):
    with shell.work() as work:
        return actions.open_sign_in(work, user.id, by=actor(user), **more)


def test_a_cookie_names_its_account(shell, user):
    by = caller_by_cookie(shell, _open(shell, user), origin="192.0.2.1")

    assert (by.id, by.is_fresh, by.origin) == (user.id, True, "192.0.2.1")


def test_the_cookies_token_is_not_in_the_database(shell, user):
    token = _open(shell, user)

    with shell.database.reading() as db:
        row = db.scalars(select(SignIn)).one()
    assert token != row.token_hash
    assert token not in str(vars(row))


def test_every_sign_in_gets_a_token_of_its_own_and_ends_the_old_one(shell, user):
    first = _open(shell, user)

    second = _open(shell, user, instead_of=first)

    assert first != second
    assert caller_by_cookie(shell, first, origin=None).id is None
    assert caller_by_cookie(shell, second, origin=None).id == user.id


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_other_cookies_name_nobody(shell, user, token):
    assert caller_by_cookie(shell, token, origin="192.0.2.1").id is None


def test_a_browser_stays_signed_in_for_a_month_and_fresh_for_a_day(shell, user, clock):
    token = _open(shell, user)

    clock.advance(hours=24)
    assert caller_by_cookie(shell, token, origin=None).is_fresh is False
    clock.advance(days=29)
    assert caller_by_cookie(shell, token, origin=None).id is None


def test_a_blocked_account_is_signed_out(shell, user):
    token = _open(shell, user)
    _change(shell, user, is_blocked=True)

    assert caller_by_cookie(shell, token, origin=None).id is None


def test_signing_out_ends_this_browser_and_leaves_a_trace(shell, user):
    kept, ended = _open(shell, user), _open(shell, user)

    with shell.work() as work:
        actions.close_sign_in(work, ended, by=actor(user))
        actions.close_sign_in(work, ended, by=actor(user))

    assert caller_by_cookie(shell, ended, origin=None).id is None
    assert caller_by_cookie(shell, kept, origin=None).id == user.id
    with shell.database.reading() as db:
        actions_seen = list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions_seen == ["user.sign-in", "user.sign-in", "user.sign-out"]


def test_what_is_over_is_forgotten(shell, user, clock):
    _open(shell, user)
    with shell.work() as work:
        actions.issue_secret(work, work.db.get_one(User, user.id), actions.RESET, by=NOBODY)
    clock.advance(days=31)
    _open(shell, user)

    with shell.work() as work:
        actions.forget_old_sign_ins(work)
        actions.forget_old_secrets(work)

    with shell.database.reading() as db:
        assert len(list(db.scalars(select(SignIn)))) == 1
        assert list(db.scalars(select(OneTimeToken))) == []


def test_accounts_are_found_by_id_and_by_address(shell, user):
    with shell.work() as work:
        other = bo(work)

    assert queries.account_by_email(shell.database, "bo@example.org").id == other.id
    assert queries.account_by_email(shell.database, "nobody@example.org") is None


def test_a_profile_is_what_the_page_shows(shell, user):
    with shell.database.reading() as db:
        found = queries.profile(db, user.id)
        assert queries.profile(db, 999_999) is None

    assert (found.first_name, found.last_name, found.public_name, found.is_verified) == ("Ana", "Ortiz", "", True)


def test_a_nameless_account_is_called_nothing(shell):
    with shell.work() as work:
        plain = make_user(work, email="plain@example.org")

    assert queries.account_by_email(shell.database, plain.email).name == ""
