"""A database server that does not answer."""

from __future__ import annotations

import socket
import time

import pytest
from psycopg import OperationalError as Refused
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

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
