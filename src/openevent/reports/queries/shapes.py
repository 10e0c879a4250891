"""Objects that the database makes itself, counts of states, and sums of money that stay exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, String, case, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from openevent.kit.db import UtcDateTime
from openevent.kit.money import THREE_DECIMAL, ZERO_DECIMAL

_THOUSANDTHS = 1000.0


class JsonObject(FunctionElement[str]):
    """An object of JSON that a statement makes, so that a row of a report is one row of the answer."""

    name = "json_object"
    type = String()
    inherit_cache = True


@compiles(JsonObject)
def _as_sqlite_has_it(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's signature
    return f"json_object({compiler.process(element.clauses, **options)})"


@compiles(JsonObject, "postgresql")
def _as_postgresql_has_it(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 -- same
    return f"json_build_object({compiler.process(element.clauses, **options)})"


def json_object(members: Mapping[str, ColumnElement[Any]]) -> JsonObject:
    """Return the expression of an object; the names are ours (letters, dashes, underscores), the values numbers."""
    parts: list[ColumnElement[Any]] = []
    for name, value in members.items():
        parts += [word(name), value]
    return JsonObject(*parts)


def word(text: str) -> ColumnElement[str]:
    """Return a word of ours (letters, dashes, underscores, spaces) as part of a statement's text."""
    return literal_column(f"'{text}'", String())


def count_of(state: ColumnElement[str], wanted: str, of: ColumnElement[Any] | None = None) -> ColumnElement[int]:
    """Count the rows in a state, or the different values of `of` in them."""
    value = case((state == wanted, literal_column("1", Integer()) if of is None else of))
    return func.count(value) if of is None else func.count(func.distinct(value))


def sum_of(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Add up amounts in thousandths, as `thousandths` gives them; return major units."""
    return cast(func.coalesce(func.sum(amount), 0), Float(53)) / _THOUSANDTHS


def thousandths(minor: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[int]:
    """Return an amount as a whole number of thousandths of its currency: sums over several currencies stay exact."""
    digits = case((currency.in_(ZERO_DECIMAL), 1000), (currency.in_(THREE_DECIMAL), 1), else_=10)
    return cast(minor, BigInteger) * digits


def only(state: ColumnElement[str], wanted: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a value for rows in a state, nothing for others."""
    return case((state == wanted, value))


def by_state(
    states: Iterable[str], total: ColumnElement[Any], figure: Callable[[str], ColumnElement[Any]]
) -> dict[str, ColumnElement[Any]]:
    """Return the members of an object: the total, then the figure of each state."""
    return {"total": total, **{state: figure(state) for state in states}}


class DaysBefore(FunctionElement[Any]):
    """A moment, so many days earlier: each database has its own words for that."""

    name = "days_before"
    type = UtcDateTime()
    inherit_cache = True


@compiles(DaysBefore)
def _earlier_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's signature
    moment, days = (compiler.process(part, **options) for part in element.clauses)
    return f"strftime('%Y-%m-%dT%H:%M:%f000+00:00', {moment}, '-{days} days')"


@compiles(DaysBefore, "postgresql")
def _earlier_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ANN401 -- same
    moment, days = (compiler.process(part, **options) for part in element.clauses)
    return f"({moment} - interval '{days} days')"


def days_before(moment: ColumnElement[Any], days: int) -> DaysBefore:
    """Return the expression of the moment so many days before another one."""
    return DaysBefore(moment, literal_column(str(days), Integer()))
