"""Reads joined: what the fibers of one thread read by the same statement takes one round trip to PostgreSQL.

A round trip costs several times what finding a row does. A lateral join runs the statement once for each of those who
ask: what differs between them stands in arrays, the rest is bound as ever. SQLite has neither round trips nor lateral
joins; there, and outside of a fiber, each read is one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from openevent.kit.db import Reads
from openevent.kit.fibers import current, together
from openevent.kit.prepared import array

Row = tuple[Any, ...]
Bound = Mapping[str, Any]
Found = Callable[[], list[Row]]
_PLACEHOLDER = re.compile(r"%\(([^)]+)\)s(::)?")


def fetch_one(reads: Reads, sql: str, params: Bound | Sequence[Any]) -> list[Row]:
    """Run a compiled read that finds one row at most, together with others of this thread; return what it finds.

    Raises what the database raises; whoever had others ask for him, Unavailable.
    """
    fiber = current()
    if fiber is None or not isinstance(params, Mapping) or reads.dialect.name != "postgresql":
        return reads.fetch(sql, params)
    return together(fiber, (sql, id(reads)), params, lambda asked: _found(reads, sql, asked))()


def _found(reads: Reads, sql: str, asked: Sequence[Bound]) -> list[Found]:
    """Return how each gets his rows: they are here, or he reads them himself, and has his errors for himself."""
    first = asked[0]
    differing = tuple(name for name in first if any(one[name] != first[name] for one in asked))
    if not differing:
        rows = reads.fetch(sql, first)
        return [lambda: rows] * len(asked)
    columns = [array([one[name] for one in asked]) for name in differing]
    text = joined(sql, differing)
    if text is None or not all(isinstance(column, str) for column in columns):
        return [partial(reads.fetch, sql, one) for one in asked]
    bound = {**first, **{_name(number): column for number, column in enumerate(columns)}}
    found: dict[int, list[Row]] = {}
    for row in reads.fetch(text, bound):
        found.setdefault(row[0], []).append(row[1:])
    return [partial(found.get, place, []) for place in range(1, len(asked) + 1)]


@lru_cache(maxsize=128)
def joined(sql: str, differing: Sequence[str]) -> str | None:
    """Return a statement as one that finds a row for each of many who ask, with the number of who asks before it.

    `differing` are the parameters that are not the same for all; each is bound as an array of texts to `asked_0`,
    `asked_1` and so on. None where the statement does not say of which type one of them is.

    >>> print(joined("SELECT a FROM t WHERE b = %(b)s::BIGINT AND c = %(c)s", ("b",)))
    SELECT asked.place, found.* FROM unnest(%(asked_0)s::text[]) WITH ORDINALITY AS asked (asked_0, place)
    CROSS JOIN LATERAL (SELECT a FROM t WHERE b = asked.asked_0::BIGINT AND c = %(c)s) AS found
    >>> joined("SELECT a FROM t WHERE c = %(c)s", ("c",))
    """
    names = {name: _name(number) for number, name in enumerate(differing)}
    if any(name in names and not typed for name, typed in _PLACEHOLDER.findall(sql)):
        return None

    def placed(found: re.Match[str]) -> str:
        return f"asked.{names[found[1]]}::" if found[1] in names else found[0]

    arrays = ", ".join(f"%({name})s::text[]" for name in names.values())
    columns = ", ".join((*names.values(), "place"))
    return (
        f"SELECT asked.place, found.* FROM unnest({arrays}) WITH ORDINALITY AS asked ({columns})\n"  # noqa: S608 -- our own statement, our own names
        f"CROSS JOIN LATERAL ({_PLACEHOLDER.sub(placed, sql)}) AS found"
    )


def _name(number: int) -> str:
    return f"asked_{number}"
