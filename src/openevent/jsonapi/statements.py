"""Statements, compiled once to the driver's own text; a request only binds values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Dialect, Select, String
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeDecorator, TypeEngine

Fetch = Callable[[str, Any], list[tuple[Any, ...]]]
Processor = Callable[[Any], Any]
_GLOB = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})


def _processor(type_: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _processed(process: Processor | None, value: Any) -> Any:  # noqa: ANN401 -- whatever the driver takes
    return value if process is None else process(value)


class JsonList(TypeDecorator[list[Any]]):
    """A list as one parameter on SQLite, which takes it apart with json_each."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> str:
        """Turn the items into what their column holds, and the list into JSON."""
        convert = _processor(self.item, dialect)
        return msgspec.json.encode([_processed(convert, item) for item in value or ()]).decode()


class Glob(TypeDecorator[str]):
    """A LIKE pattern as the GLOB pattern that means the same, letter case included."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Translate the wildcards and escape what GLOB alone knows."""
        return value and value.translate(_GLOB)


class _Text:
    """A compiled statement: the driver's text, and how values are bound to it."""

    __slots__ = ("_constants", "_order", "_sql", "names")

    def __init__(self, query: Select[Any], dialect: Dialect) -> None:
        compiled: Any = query.compile(dialect=dialect)
        required = [name for name, bind in compiled.binds.items() if bind.required]
        state = compiled.construct_expanded_state(dict.fromkeys(required))
        # Values of lists that the query holds itself have names of their own by now, and their own processors.
        processors = {name: _processor(bind.type, dialect) for name, bind in compiled.binds.items()} | state.processors
        self._sql: str = state.statement
        self._order: Sequence[str] | None = state.positiontup
        self.names = [(name, processors[name]) for name in required]
        self._constants = {
            name: _processed(processors.get(name), value)
            for name, value in state.parameters.items()
            if name not in required
        }

    def rows(self, fetch: Fetch, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        bound = dict(self._constants)
        for name, process in self.names:
            bound[name] = _processed(process, values[name])
        return fetch(self._sql, bound if self._order is None else [bound[name] for name in self._order])


class Statement:
    """A SELECT as driver text: qmark with a tuple (SQLite), or pyformat with a mapping (PostgreSQL).

    It is compiled when it is first run: of what a plan has for a list that comes out empty, most is never asked.
    """

    __slots__ = ("_dialect", "_state")

    def __init__(self, query: Select[Any], dialect: Dialect) -> None:
        """Keep what to compile; values that the query holds itself, as permission cells do, stay beside the text."""
        self._state: Select[Any] | _Text = query  # one name, so that no thread finds half of a change
        self._dialect = dialect

    @property
    def asks_clock(self) -> bool:
        """Whether what it finds depends on the moment."""
        state = self._state
        if isinstance(state, _Text):
            return any(name == "now" for name, _ in state.names)
        return any(isinstance(one, BindParameter) and one.key == "now" for one in visitors.iterate(state))

    def rows(self, fetch: Fetch, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run with these values; the names that the query does not bind are ignored."""
        state = self._state
        if not isinstance(state, _Text):
            state = self._state = _Text(state, self._dialect)
        return state.rows(fetch, values)
