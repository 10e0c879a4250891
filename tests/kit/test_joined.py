"""Reads of one row at most: alone, and in one round trip for all fibers of a thread that run the same statement."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from psycopg import DataError
from sqlalchemy import BigInteger, String, bindparam, null, select

from cast import ana, bo
from openevent.kit.db import UtcDateTime
from openevent.kit.errors import Unavailable
from openevent.kit.joined import fetch_one
from openevent.kit.prepared import Prepared
from openevent.people.models import User
from together import Counted, at_once

_USERS = User.__table__.c
_HOSTILE = ['a"b', "a\\b", "{a,b}", "NULL", "", " ", "a\nb", "Зоя 張 👩‍🚀", "'; --", "%s", "%(key)s", "$1", "a,b"]


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return [person.id for person in (ana(work), bo(work))]


def _all_at_once(reads, sql, bound):
    """Run a statement with each of these values in a fiber of its own; return what came of each."""
    return at_once(*[partial(fetch_one, reads, sql, one) for one in bound])


def _by_key(dialect, *columns):
    """Return the statement that finds an account and says something about it."""
    return Prepared(select(_USERS.email, *columns).where(_USERS.id == bindparam("key", type_=BigInteger())), dialect)


def test_each_gets_what_he_would_get_alone_and_postgresql_is_asked_once(shell, people):
    reads = Counted(shell.database)
    texts, at = bindparam("text", type_=String()), bindparam("at", type_=UtcDateTime())
    statement = _by_key(shell.dialect, texts, at, null())
    keys = [people[0], 999_999, people[1]]
    bound = [
        statement.bind(
            {
                "key": keys[number % 3],
                "text": text,
                "at": datetime(2026, 3, 1, 12, number, tzinfo=UTC),
            }
        )
        for number, text in enumerate(_HOSTILE)
    ]
    alone = [shell.database.fetch(statement.sql, one) for one in bound]

    found = _all_at_once(reads, statement.sql, bound)

    assert found == alone
    assert [len(rows) for rows in found[:3]] == [1, 0, 1]
    assert reads.asked == (len(bound) if shell.database.is_sqlite else 1)


def test_what_all_ask_alike_is_asked_as_it_is(shell, people):
    reads, statement = Counted(shell.database), _by_key(shell.dialect)

    found = _all_at_once(reads, statement.sql, [statement.bind({"key": people[0]})] * 3)

    assert found == [[("ana@example.org",)]] * 3
    assert reads.asked == (3 if shell.database.is_sqlite else 1)


@pytest.mark.parametrize(("type_", "kind"), [("", int), ("::BIGINT", float)])
def test_values_of_no_type_or_that_are_no_texts_are_asked_for_one_by_one(shell, people, type_, kind):
    if shell.database.is_sqlite:
        return  # there it always is so, see above
    reads = Counted(shell.database)
    sql = f"SELECT email FROM users WHERE id = %(key)s{type_}"  # noqa: S608 -- one of two above

    found = _all_at_once(reads, sql, [{"key": kind(key)} for key in people])

    assert (found, reads.asked) == ([[("ana@example.org",)], [("bo@example.org",)]], 2)


def test_who_asks_what_cannot_be_has_his_error_for_himself(shell, people):
    if shell.database.is_sqlite:
        return  # there everybody asks for himself anyway
    sql = "SELECT email FROM users WHERE id = CAST(%(key)s AS bigint)"  # of no type: it may be anything

    found = at_once(*[partial(fetch_one, shell.database, sql, {"key": key}) for key in (people[0], "x", people[1])])

    assert (found[0], found[2]) == ([("ana@example.org",)], [("bo@example.org",)])
    assert isinstance(found[1], DataError)


def test_a_database_that_is_away_is_not_asked_again_by_each(shell, people):
    reads, statement = Counted(shell.database, failures=1), _by_key(shell.dialect)
    bound = [statement.bind({"key": key}) for key in people * 2]

    found = _all_at_once(reads, statement.sql, bound)

    assert isinstance(found[0], ConnectionError)
    if not shell.database.is_sqlite:
        assert [type(one) for one in found[1:]] == [Unavailable] * 3
        assert reads.asked == 1
