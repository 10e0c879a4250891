"""The one translator of errors: what the product refuses, as an API error, a page, or an exit code."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from openevent.jsonapi.errors import ApiError
from openevent.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    SwitchedOff,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

# fmt: off
STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    # what it is      HTTP    (the first that fits)
    (NotFound,        404),
    (Unauthenticated, 401),
    (Forbidden,       403),
    (Invalid,         422),
    (Malformed,       400),
    (Conflict,        409),
    (SwitchedOff,     405),
    (TooManyRequests, 429),
    (Unavailable,     503),
)
# fmt: on
_REFUSED = 400
# Lock timeout, statement timeout, serialization, deadlock; the same of SQLite.
_BUSY = ("55P03", "57014", "40001", "40P01", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_INTERRUPT")
# No connection, too many of them, no space, shutting down; SQLite can't open, read or write its file.
_AWAY = (
    *("08", "53", "57P", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY"),
    *("SQLITE_NOTADB", "SQLITE_CORRUPT"),
)
_A_MOMENT, _A_WHILE = 2, 10

log = logging.getLogger(__name__)


class DatabaseAway(Unavailable):
    """The database can't be reached, or can't write; `reason` is for the operator alone."""

    code = "database-away"

    def __init__(self, reason: str) -> None:
        super().__init__("The database can't be used at the moment. Please try again.", retry_after=_A_WHILE)
        self.reason = reason


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal."""
    return status_of_kind(type(error))


def status_of_kind(found: type[DomainError]) -> int:
    """Return the HTTP status of a kind of refusal."""
    return next((status for kind, status in STATUSES if issubclass(found, kind)), _REFUSED)


def as_refusal(error: BaseException) -> DomainError | None:
    """Return what an exception means to whoever asked; None for a mistake of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, IntegrityError):
        return Conflict("This contradicts something that is already there.")
    if isinstance(error, DataError):
        return Invalid("A value does not fit.")
    found = error.orig if isinstance(error, DBAPIError) else error  # compiled reads raise what the driver raises
    if _is_away(found):
        return DatabaseAway(str(found).partition("\n")[0])
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if is_lost or _is_busy(found):
        return Unavailable("The database is busy. Please try again, or ask for less.", retry_after=_A_MOMENT)
    return None


def _is_busy(error: BaseException | None) -> bool:
    return _state(error) in _BUSY or "database is locked" in str(error)


def _is_away(error: BaseException | None) -> bool:
    state = _state(error)
    if state is not None:
        return state.startswith(_AWAY)
    # What PostgreSQL's driver says by itself. Compared by name: who has SQLite need not load it.
    kind = type(error)
    return kind.__module__.startswith("psycopg") and any(one.__name__ == "OperationalError" for one in kind.__mro__)


def _state(error: BaseException | None) -> str | None:
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)


def note(refusal: DomainError) -> None:
    """Write down what the operator has to see to: nobody else can."""
    if isinstance(refusal, DatabaseAway):
        log.error("the database can't be used: %s", refusal.reason)


def to_api(error: Exception, _caller: Any = None) -> ApiError | None:  # noqa: ANN401 -- the engine's caller
    """Return the answer of the API; None for a mistake of ours, which the engine answers with 500."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    note(refusal)
    status = status_of(refusal)
    return ApiError(
        status,
        refusal.detail,
        source=refusal.source,
        code=refusal.code,
        headers=headers_of(refusal),
    )


def headers_of(refusal: DomainError) -> dict[str, str]:
    """Return the headers that go with a refusal."""
    wait = refusal.retry_after if isinstance(refusal, Unavailable) else None
    return {} if wait is None else {"Retry-After": str(wait)}


def to_exit_code(error: BaseException) -> int | None:
    """Return the exit code of a command; None for a mistake of ours, which may show its trace."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    return 75 if isinstance(refusal, Unavailable) else 1  # 75: sysexits.h, EX_TEMPFAIL, worth another try
