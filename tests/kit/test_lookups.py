"""Rows by their key: alone, and together in the fibers of one thread."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from cast import ana, bo
from openevent.kit.errors import Unavailable
from openevent.kit.fibers import Fibers
from openevent.kit.lookups import Lookup
from openevent.people.models import User

_USERS = User.__table__.c
_NOBODY = 999_999


class Counted:
    """What stands in front of a database and counts, or fails as often as it is told to."""

    def __init__(self, database: Any, *, failures: int = 0) -> None:
        self.database, self.dialect, self.asked, self.failures = database, database.dialect, 0, failures

    def fetch(self, sql: str, params: Any) -> list[tuple[Any, ...]]:
        self.asked += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("gone")
        return self.database.fetch(sql, params)


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return [person.id for person in (ana(work), bo(work))]


@pytest.fixture
def lookup():
    return Lookup(lambda: select(_USERS.id, _USERS.email))


def _found(lookup, reads, keys):
    """Look all of them up at the same time; return what came of each, by its key."""
    fibers, found, may_begin, end = Fibers("test"), {}, threading.Event(), threading.Event()

    def look(key):
        try:
            found[key] = lookup.row(reads, key)
        except (ConnectionError, Unavailable) as error:
            found[key] = error
        if len(found) == len(keys):
            end.set()

    fibers.begin(lambda: may_begin.wait(10))
    for key in keys:
        fibers.begin(lambda key=key: look(key))
    may_begin.set()
    assert end.wait(10)
    return found


def test_alone_each_takes_a_statement(shell, people, lookup):
    reads = Counted(shell.database)

    assert lookup.row(reads, people[0]) == (people[0], "ana@example.org")
    assert lookup.row(reads, _NOBODY) is None
    assert reads.asked == 2


def test_together_all_take_one_statement(shell, people, lookup):
    reads = Counted(shell.database)

    found = _found(lookup, reads, [*people, _NOBODY])

    assert found == {
        people[0]: (people[0], "ana@example.org"),
        people[1]: (people[1], "bo@example.org"),
        _NOBODY: None,
    }
    assert reads.asked == 1


def test_what_fails_is_not_tried_by_each(shell, people, lookup):
    reads = Counted(shell.database, failures=1)

    found = _found(lookup, reads, [*people, _NOBODY])

    assert isinstance(found[people[0]], ConnectionError)
    assert [type(found[key]) for key in (people[1], _NOBODY)] == [Unavailable, Unavailable]
    assert reads.asked == 1
    assert _found(lookup, reads, people)[people[1]] == (people[1], "bo@example.org")  # the next ones ask again
