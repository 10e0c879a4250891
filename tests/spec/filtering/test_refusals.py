"""Filters that make no sense are refused, with 400 and the parameter, as the v1 reference has it (2.7)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from openevent.jsonapi.limits import Limits
from spec.toys import ANN, RESOURCES, Ask, ToyBackend, error, filtered, world


def _is(name: Any, op: Any, val: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "val": val}


def _refused(ask: Ask, query: str) -> str:
    found = error(ask(f"/v1/articles?{query}", ANN))
    assert (found["status"], found["source"]) == (400, {"parameter": "filters"})
    assert found["title"] == "Invalid filters querystring parameter."
    return found["detail"]


@pytest.mark.parametrize(
    "text",
    ["x", "[", "{}", '{"name":"title"}', "1", '"[]"', "null", '["title"]', "[1]", "[[]]", "[null]", "[{}]", "\ufeff[]"],
)
def test_what_is_no_list_of_conditions(ask: Ask, text: str) -> None:
    assert _refused(ask, f"filter={quote(text)}")


@pytest.mark.parametrize(
    "condition",
    [
        {"op": "eq", "val": 1},
        {"name": "title"},
        {"name": "title", "val": "x"},
        {"name": "title", "op": "eq"},
        {"name": 3, "op": "eq", "val": 1},
        {"name": "title", "op": 3, "val": 1},
        {"name": "title", "op": None, "val": 1},
        {"and": {}},
        {"or": "x"},
        {"or": [1]},
        {"not": []},
        {"not": None},
        {"and": [], "or": []},
        {"name": "title", "op": "eq", "val": "x", "or": []},
        _is("nofield", "eq", 1),
        _is("no__field", "eq", 1),
        _is("author__", "eq", 1),
        _is("__name", "eq", 1),
        _is("author__nothing", "eq", 1),
        _is("title__name", "eq", 1),
        _is("", "eq", 1),
        _is("title", "nothing", "x"),
        _is("title", "__class__", "x"),
        _is("title", "desc", "x"),
        _is("title", "has", _is("x", "eq", 1)),
        _is("words", "like", "1%"),
        _is("is-featured", "contains", "t"),
        _is("author", "lt", 3),
        _is("author", "eq", "Ann"),
        _is("author", "has", "Ann"),
        _is("author", "has", None),
        _is("author", "has", _is("nothing", "eq", 1)),
        _is("extras", "eq", {"a": 1}),
        _is("extras", "in_", [1]),
        {"name": "title", "op": "eq", "field": "nothing"},
        {"name": "nothing", "op": "eq", "field": "title"},
        {"name": "title", "op": "eq", "field": 3},
        {"name": "title", "op": "eq", "field": "words"},
        {"name": "title", "op": "like", "field": "slug"},
        {"name": "extras", "op": "eq", "field": "extras"},
    ],
)
def test_what_is_no_condition(ask: Ask, condition: Any) -> None:
    assert _refused(ask, filtered(condition))


@pytest.mark.parametrize(
    ("name", "val"),
    [
        ("title", 5),
        ("title", True),
        ("title", ["a"]),
        ("title", {}),
        ("title", "nul\x00"),
        ("words", "many"),
        ("words", ""),
        ("words", 1.5),
        ("words", True),
        ("words", 2**63),
        ("words", -(2**63) - 1),
        ("words", 10**400),
        ("words", "9" * 40),
        ("words", "1_000"),
        ("rating", "nan"),
        ("rating", "inf"),
        ("rating", "1e999"),
        ("rating", []),
        ("is-featured", "maybe"),
        ("is-featured", 1),
        ("published-at", "soon"),
        ("published-at", 1700000000),
        ("published-at", "2026-13-01"),
        ("published-at", "0001-01-01T00:00:00+14:00"),
        ("published-at", "9999-12-31T23:59:59-14:00"),
        ("id", "x"),
        ("id", [1]),
    ],
)
def test_values_that_the_attribute_can_not_have(ask: Ask, name: str, val: Any) -> None:
    assert _refused(ask, filtered(_is(name, "eq", val))).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("op", "val"),
    [
        ("in_", "a"),
        ("in_", None),
        ("in_", [None]),
        ("in_", [1]),
        ("between", ["a"]),
        ("between", "ab"),
        ("lt", None),
        ("like", None),
    ],
)
def test_operators_get_the_values_they_need(ask: Ask, op: str, val: Any) -> None:
    assert _refused(ask, filtered(_is("title", op, val)))


@pytest.mark.parametrize("name", ["nothing", "", "a]b", "author__nothing"])
def test_simple_filters_are_checked_as_well(ask: Ask, name: str) -> None:
    assert _refused(ask, f"filter[{quote(name)}]=1")


def test_lone_surrogates_are_refused(ask: Ask) -> None:
    text = '[{"name":"title","op":"eq","val":"\\ud800"}]'

    assert _refused(ask, f"filter={quote(text)}")


def test_deep_filters_are_refused(ask: Ask, backend: ToyBackend) -> None:
    deep = "[" + '{"not":' * 300 + '{"or":[]}' + "}" * 300 + "]"
    assert _refused(ask, f"filter={quote(deep)}").startswith("The filter has more than 64")

    ask = world(backend, RESOURCES, Limits(max_query=1_000_000))
    assert _refused(ask, f"filter={'[' * 100_000}")
    assert _refused(ask, f"filter={quote('[' + '{%22not%22:' * 5_000)}")


def test_a_short_way_through_many_relationships_is_refused(ask: Ask) -> None:
    name = "category__" + "parent__" * 100 + "name"

    assert _refused(ask, filtered(_is(name, "eq", "x")))


def test_bounds_are_bounds(backend: ToyBackend) -> None:
    ask = world(backend, RESOURCES, Limits(max_filter_nodes=2, max_filter_text=3, max_filter_list=2))
    one = _is("title", "eq", "abc")

    assert ask(f"/v1/articles?{filtered(one, one)}").status == 200
    assert ask(f"/v1/articles?{filtered(one, one, one)}").status == 400
    assert ask(f"/v1/articles?{filtered(one, one)}&filter[title]=a").status == 400
    assert ask(f"/v1/articles?{filtered(_is('title', 'eq', 'abcd'))}").status == 400
    assert ask(f"/v1/articles?{filtered(_is('title', 'in_', ['a', 'b']))}").status == 200
    assert ask(f"/v1/articles?{filtered(_is('title', 'in_', ['a', 'b', 'c']))}").status == 400


def test_the_detail_names_what_is_not_there(ask: Ask) -> None:
    assert _refused(ask, filtered(_is("nofield", "eq", 1))) == "article has no attribute nofield"


def test_json_of_every_shape_is_read_or_refused(ask: Ask) -> None:
    for text in ("[" * 200, '{"a":' * 200, "[1e400]", "[-0]", msgspec.json.encode(["\u0000"]).decode()):
        assert ask(f"/v1/articles?filter={quote(text)}").status == 400
