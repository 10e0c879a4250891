"""What one request may cost is bounded, and the operator says how much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from openevent.kit.config import Settings
from openevent.kit.db import Database
from openevent.kit.errors import Unavailable
from openevent.main.app import Backend, build_engine, build_shell
from openevent.main.translate import as_refusal, to_api

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT max(i) FROM n"


def test_a_read_that_takes_too_long_is_given_up(database_url: str) -> None:
    database = Database(database_url, statement_timeout_ms=200)

    with pytest.raises(Exception, match=r"interrupted|statement timeout") as caught:
        database.fetch(ENDLESS, ())
    assert isinstance(as_refusal(caught.value), Unavailable)
    refusal = to_api(caught.value)
    assert refusal is not None
    assert (refusal.status, refusal.headers["Retry-After"]) == (503, "2")
    assert database.fetch("SELECT 1", ()) == [(1,)]  # the connection is as good as before
    database.close()


def test_what_is_quick_is_not(database: Database) -> None:
    assert database.fetch("SELECT 1", ()) == [(1,)]
    with database.session() as session:
        assert session.scalar(text("SELECT 2")) == 2


def test_the_operator_says_how_much_one_request_may_ask_for(settings: Settings) -> None:
    told = replace(settings, max_page_size=30, max_included=200, max_filter=16, max_body=2048, max_upload=4096)
    shell = build_shell(told)
    limits = build_engine(told, Backend(shell)).limits
    shell.database.close()

    assert (limits.max_page_size, limits.max_included, limits.max_filter_nodes) == (30, 200, 16)
    assert (limits.max_body, limits.max_upload) == (2048, 4096)
