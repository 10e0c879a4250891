"""What the engine needs from outside, as protocols: callers, permission cells, reads and units of work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.orm import Session

from openevent.jsonapi.errors import ApiError

T = TypeVar("T")


class Caller(Protocol):
    """Who asks, as far as the engine cares: a kind (part of a plan's shape) and values that conditions bind."""

    @property
    def kind(self) -> str:
        """One of a few words, such as anonymous, user, staff."""
        ...

    @property
    def params(self) -> Mapping[str, object]:
        """Return the values of the bind parameters in permission conditions."""
        ...


class Cell(Protocol):
    """A cell of the permission table: one SQL condition over a row."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def condition(self, kind: str, row: Any, /) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
        """Return the condition for callers of this kind; true() and false() are constants."""
        ...


class Cells(Protocol):
    """One line of the permission table."""

    @property
    def list(self) -> Cell: ...
    @property
    def read(self) -> Cell: ...
    @property
    def create(self) -> Cell: ...
    @property
    def update(self) -> Cell: ...
    @property
    def delete(self) -> Cell: ...


class Work(Protocol):
    """One transaction of one request."""

    @property
    def db(self) -> Session: ...
    @property
    def now(self) -> datetime: ...
    def audit(self, action: str, subject: str, *, by: Any, **details: Any) -> None:  # noqa: ANN401 -- the caller
        """Record a mutation."""
        ...


class Backend(Protocol):
    """Where rows come from and go to."""

    @property
    def dialect(self) -> Dialect: ...
    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run compiled SQL in the driver's own parameter style, outside any unit of work; return all rows."""
        ...

    def fetch_one(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run compiled SQL that finds one row at most; where requests share a thread, together with the others."""
        ...

    def aside(self, deed: Callable[[], T], /) -> T:
        """Do what may wait for somebody else's transaction; where requests share a thread, in another one."""
        ...

    def mark(self) -> Hashable:
        """Return a value that differs from an earlier one whenever anything was committed in between."""
        ...

    def work(self) -> AbstractContextManager[Work]:
        """Open one unit of work: committed at the end, rolled back on any exception."""
        ...

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits for another server."""
        ...

    def now(self) -> datetime:
        """Return the present moment (bound as :now in conditions)."""
        ...


Translate = Callable[[Exception, Any], ApiError | None]  # (what was raised, the caller) -> its answer, None: a bug

# The two things the engine knows about kinds of callers.
ANONYMOUS = "anonymous"
STAFF = frozenset({"staff", "super"})
