import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from openevent.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from openevent.main.translate import DatabaseAway, as_refusal, headers_of, to_api, to_exit_code


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (Unauthenticated(), 401),
        (Forbidden(), 403),
        (Invalid(), 422),
        (Malformed(), 400),
        (Conflict(), 409),
        (TooManyRequests(retry_after=7), 429),
        (Unavailable(), 503),
        (DomainError(), 400),
    ],
)
def test_every_refusal_has_a_status_and_its_code(error, status):
    found = to_api(error)

    assert (found.status, found.code, found.detail) == (status, error.code, error.detail)


def test_a_wrong_value_says_where_it_stands():
    found = to_api(Invalid("Too long.", pointer="/data/attributes/name"))

    assert found.as_object() == {
        "status": 422,
        "source": {"pointer": "/data/attributes/name"},
        "title": "Unprocessable Entity",
        "detail": "Too long.",
        "code": "invalid",
    }


def test_a_wrong_parameter_says_which():
    assert to_api(Malformed("No.", parameter="id")).source == {"parameter": "id"}


def test_waiting_time_travels_in_a_header():
    assert headers_of(TooManyRequests(retry_after=7)) == {"Retry-After": "7"}
    assert to_api(TooManyRequests(retry_after=7)).headers == {"Retry-After": "7"}
    assert headers_of(Conflict()) == {}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (IntegrityError("INSERT", {}, Exception()), Conflict),
        (DataError("INSERT", {}, Exception()), Invalid),
        (OperationalError("UPDATE", {}, psycopg.errors.LockNotAvailable()), Unavailable),
        (OperationalError("UPDATE", {}, Exception("database is locked")), Unavailable),
        (OperationalError("SELECT", {}, Exception(), connection_invalidated=True), Unavailable),
        (OperationalError("SELECT", {}, psycopg.errors.AdminShutdown()), DatabaseAway),
        (psycopg.OperationalError("connection refused"), DatabaseAway),
        (OperationalError("SELECT", {}, Exception("no such column")), type(None)),
        (KeyError(), type(None)),
    ],
)
def test_what_the_database_says_is_translated_or_is_our_mistake(error, kind):
    assert type(as_refusal(error)) is kind


def test_a_mistake_of_ours_is_nobody_elses():
    assert (to_api(KeyError()), to_exit_code(KeyError())) == (None, None)


def test_commands_say_whether_trying_again_helps():
    assert (to_exit_code(Conflict()), to_exit_code(Unavailable())) == (1, 75)


def test_a_real_lock_that_takes_too_long_is_a_busy_database(database):
    if database.is_sqlite:
        return  # waits 30 seconds by its own clock; the words are tested above
    with database.session() as one:
        one.execute(text("LOCK TABLE users"))
        with database.session() as other:
            other.execute(text("SET lock_timeout = '50ms'"))
            with pytest.raises(OperationalError) as refused:
                other.execute(text("SELECT count(*) FROM users"))

    assert isinstance(as_refusal(refused.value), Unavailable)
