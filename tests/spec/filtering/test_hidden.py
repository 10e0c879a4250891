"""A filter must never tell what its sender may not see (v1 reference 30, S19)."""

from __future__ import annotations

from typing import Any

import pytest

from spec.toys import ADA, ANN, ANYBODY, BEN, EVE, Actor, Ask, error, filtered, ids


def _is(name: str, op: str, val: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "val": val}


def _found(ask: Ask, by: Actor, *conditions: Any) -> list[str]:
    return ids(ask(f"/v1/articles?{filtered(*conditions, sort='id')}", by))


@pytest.mark.parametrize(("by", "found"), [(ANYBODY, []), (EVE, []), (BEN, ["2"]), (ANN, ["1"]), (ADA, ["1", "2"])])
def test_an_attribute_answers_only_where_it_is_shown(ask: Ask, by: Actor, found: list[str]) -> None:
    assert _found(ask, by, _is("draft-note", "ne", None)) == found


def test_turning_the_question_around_tells_no_more(ask: Ask) -> None:
    hit, miss = _is("draft-note", "contains", "tide"), _is("draft-note", "contains", "xyz")

    assert _found(ask, EVE, {"not": hit}) == _found(ask, EVE, {"not": miss}) == ["1", "2", "3", "4"]
    assert _found(ask, ANN, {"not": hit}) == _found(ask, ANN, {"not": miss}, _is("id", "ne", 1)) == ["2", "4"]


def test_a_comparison_of_fields_answers_only_where_both_are_shown(ask: Ask) -> None:
    condition = {"name": "draft-note", "op": "ne", "field": "title"}

    assert (_found(ask, EVE, condition), _found(ask, ANN, condition)) == ([], ["1"])


def test_attributes_of_related_rows_answer_only_where_they_are_shown(ask: Ask) -> None:
    condition = _is("author__email", "eq", "ben@example.org")

    assert _found(ask, ANN, condition) == []
    assert _found(ask, BEN, condition) == ["2", "4"]
    assert _found(ask, ANN, _is("author", "has", _is("salary", "ge", 0))) == []


def test_related_rows_that_may_not_be_read_are_not_there(ask: Ask) -> None:
    hidden = _is("comments", "any", _is("text", "eq", "Rude"))

    assert (_found(ask, EVE, hidden), _found(ask, ANN, hidden)) == ([], ["1"])


def test_diaries_can_not_be_probed_through_people(ask: Ask) -> None:
    condition = _is("author__diaries__text", "startswith", "Ann")

    assert _found(ask, BEN, condition) == []
    assert _found(ask, ANYBODY, condition) == []
    assert _found(ask, ANN, condition) == ["1", "3", "5"]


def test_a_hidden_relationship_answers_nothing(ask: Ask) -> None:
    assert _found(ask, EVE, _is("editor", "ne", None)) == []
    assert _found(ask, ANN, _is("editor", "ne", None)) == ["1"]
    assert _found(ask, EVE, _is("editor", "eq", None)) == ["1", "2", "3", "4"]
    assert _found(ask, EVE, _is("editor__name", "eq", "Ben")) == []


def test_deleted_related_rows_are_not_there(ask: Ask) -> None:
    condition = _is("comments", "any", _is("text", "eq", "Old"))

    assert _found(ask, ADA, condition) == []
    assert ids(ask(f"/v1/articles?{filtered(condition, get_trashed='true')}", ADA)) == ["1"]
    assert ids(ask(f"/v1/articles?{filtered(condition, get_trashed='true')}", ANN)) == []


def test_a_conditions_own_subquery_speaks_of_the_row_it_is_asked_about(ask: Ask) -> None:
    """Two levels down, SQLAlchemy would lose the row; then every comment would count for every article."""
    condition = _is("comments", "any", _is("is-hidden", "eq", True))

    assert _found(ask, ANN, condition) == ["1"]


@pytest.mark.parametrize("name", ["password", "password-hash", "password_hash", "author__password", "draft_secret"])
def test_what_is_not_declared_readable_does_not_exist(ask: Ask, name: str) -> None:
    found = error(ask(f"/v1/articles?{filtered(_is(name, 'like', '%'))}", ADA))

    assert (found["status"], found["source"]) == (400, {"parameter": "filters"})
