"""Rows by their key: alone, and together in the fibers of one thread."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from cast import ana, bo
from openevent.kit.errors import Unavailable
from openevent.kit.lookups import Lookup
from openevent.people.models import User
from together import Counted, at_once

_USERS = User.__table__.c
_NOBODY = 999_999


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return [person.id for person in (ana(work), bo(work))]


@pytest.fixture
def lookup():
    return Lookup(lambda: select(_USERS.id, _USERS.email))


def _found(lookup, reads, keys):
    """Look all of them up at the same time; return what came of each, by its key."""
    return dict(zip(keys, at_once(*[partial(lookup.row, reads, key) for key in keys]), strict=True))


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
