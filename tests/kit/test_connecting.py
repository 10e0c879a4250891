"""A database server that does not answer."""

from __future__ import annotations

import socket
import time

import pytest
from psycopg import OperationalError as Refused
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from factories import make_user
from openevent.kit import db
from openevent.kit.db import Database


def test_a_server_that_says_nothing_is_waited_for_in_vain_for_seconds_only(monkeypatch):
    monkeypatch.setattr(db, "_CONNECT_SECONDS", 2)  # the least that libpq knows
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://user:password@127.0.0.1:{silent.getsockname()[1]}/openevent")
        began = time.monotonic()
        with pytest.raises(Refused, match="timeout"):
            database.fetch("SELECT 1", {})
        with pytest.raises(OperationalError, match="timeout"), database.session() as session:
            session.execute(text("SELECT 1"))

    assert time.monotonic() - began < 20


def _end_connections(database: Database) -> None:
    """Do what a server does to its clients when it is restarted."""
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reading'")
    with database.session() as session:
        assert session.scalars(ended).all() == [True]


@pytest.fixture
def reading(database, database_url):
    """A database object of our own, whose connections can be told from all others."""
    found = Database(database_url + ("" if database.is_sqlite else "&application_name=reading"))
    yield found
    found.close()


@pytest.mark.parametrize(
    "ask", [lambda one: len(one.mark()), lambda one: one.fetch("SELECT 1", {})], ids=["mark", "fetch"]
)
def test_reading_goes_on_when_the_server_has_closed_its_connections(database, reading, ask):
    before = ask(reading)
    if not database.is_sqlite:  # whose connections end nowhere
        _end_connections(database)

    assert [ask(reading), ask(reading)] == [before, before]


def _steady_mark(database: Database) -> tuple[int, object]:
    """Return a mark that was the same twice: PostgreSQL's snapshots know other databases of the same server as well."""
    for _ in range(500):
        first, second = database.mark(), database.mark()
        if first == second:
            return first
    raise AssertionError("no two marks are alike")


def test_the_mark_is_another_one_after_each_commit_and_only_then(shell):
    marks = [_steady_mark(shell.database)]
    for _ in range(2):
        with shell.work() as work:
            make_user(work)
        marks.append(_steady_mark(shell.database))

    assert len(set(marks)) == 3
