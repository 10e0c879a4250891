"""Conditional reads that are answered from memory: only while nothing was committed, and only to the same caller."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, literal, update
from sqlalchemy.orm import Session

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.limits import Limits
from openevent.kit.access import NO_ONE, Permission, Who
from openevent.kit.db import Database, UtcDateTime
from spec.toys import ANN, PERMISSIONS, RESOURCES, Ask, Tag, ToyBackend, translate, world

YEAR = literal(datetime(2026, 1, 1, tzinfo=UTC), UtcDateTime())
ONCE_NEW = Who("everyone, once the year is new", lambda _kind, _row: bindparam("now", type_=UtcDateTime()) >= YEAR)


def engine_of(database: Database, **limits: int) -> tuple[Ask, ToyBackend]:
    backend = ToyBackend(database)
    return world(backend, RESOURCES, Limits(**limits)), backend


def known(ask: Ask, url: str) -> str:
    """Read, and ask once with the tag: from then on it is remembered."""
    tag = ask(url).headers["ETag"]
    assert ask(url, if_none_match=tag).status == 304
    return tag


def test_who_has_the_answer_is_told_so_without_reading_it_again(scratch_database: Database) -> None:
    ask, backend = engine_of(scratch_database)
    tag = known(ask, "/v1/tags")

    for _ in range(50):  # PostgreSQL's snapshots know of commits to other databases of the same server, too
        backend.statements.clear()
        answer = ask("/v1/tags", if_none_match=tag)
        assert (answer.status, answer.headers["ETag"]) == (304, tag)
        if not backend.statements:
            break

    assert backend.statements == []


def test_a_commit_of_anybody_is_noticed(scratch_database: Database) -> None:
    ask, _ = engine_of(scratch_database)
    tag = known(ask, "/v1/tags")
    somebody_else = Database(scratch_database.url.render_as_string(hide_password=False))

    with somebody_else.session() as db:
        db.execute(update(Tag).values(name="renamed"))

    assert ask("/v1/tags", if_none_match=tag).status == 200
    somebody_else.close()


def test_a_change_counts_when_it_is_committed_and_not_before(scratch_database: Database) -> None:
    ask, _ = engine_of(scratch_database)
    tag = known(ask, "/v1/tags")

    with Session(scratch_database.engine) as db:
        db.execute(update(Tag).values(name="renamed"))
        known_meanwhile = known(ask, "/v1/tags")
        db.commit()

    assert known_meanwhile == tag
    assert ask("/v1/tags", if_none_match=tag).status == 200


def test_a_change_that_is_taken_back_leaves_the_answer_as_it_was(scratch_database: Database) -> None:
    ask, _ = engine_of(scratch_database)
    tag = known(ask, "/v1/tags")

    with Session(scratch_database.engine) as db:
        db.execute(update(Tag).values(name="renamed"))
        db.rollback()

    assert ask("/v1/tags", if_none_match=tag).status == 304


def test_another_callers_tag_opens_nothing(scratch_database: Database) -> None:
    ask, _ = engine_of(scratch_database)
    tag = known(ask, "/v1/articles/1")

    assert ask("/v1/articles/1", ANN, if_none_match=tag).status == 200


def test_what_depends_on_the_clock_is_not_remembered(scratch_database: Database) -> None:
    backend = ToyBackend(scratch_database)
    cells = {**PERMISSIONS, "tag": Permission("tag", ONCE_NEW, ONCE_NEW, NO_ONE, NO_ONE, NO_ONE)}
    ask = Ask(Engine(RESOURCES, cells, (), backend, translate))
    tag = known(ask, "/v1/tags/1")
    backend.statements.clear()

    assert ask("/v1/tags/1", if_none_match=tag).status == 304
    assert len(backend.statements) == 1


def test_no_more_tags_are_kept_than_allowed(scratch_database: Database) -> None:
    ask, backend = engine_of(scratch_database, remembered_tags=1)
    tag = known(ask, "/v1/tags")
    known(ask, "/v1/tags/1")
    backend.statements.clear()

    assert ask("/v1/tags", if_none_match=tag).status == 304
    assert len(backend.statements) == 1
