"""What a database's refusal means for whoever sent the values: 409 for a double, 422 for the rest, 503 when it is busy.

The database has the last word where two requests meet, so its refusals are ordinary answers and never a 500.
"""

from __future__ import annotations

import re
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from openevent.jsonapi.declare import BelongsTo, Resource
from openevent.jsonapi.errors import ApiError, invalid

# SQLSTATE (PostgreSQL, appendix A) and SQLite's extended result codes, by what they mean here.
_MEANINGS = {
    "23505": "double",
    "SQLITE_CONSTRAINT_UNIQUE": "double",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "double",
    "23503": "reference",
    "23001": "reference",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "reference",
    "SQLITE_CONSTRAINT_TRIGGER": "reference",  # what SQLite calls ON DELETE RESTRICT
    "23502": "missing",
    "SQLITE_CONSTRAINT_NOTNULL": "missing",
    "23514": "rule",
    "SQLITE_CONSTRAINT_CHECK": "rule",
    "40001": "busy",
    "40P01": "ended",
    "55P03": "busy",
    "57014": "busy",
    "SQLITE_BUSY": "busy",
    "SQLITE_BUSY_SNAPSHOT": "busy",
    "SQLITE_LOCKED": "busy",
}
_TRY_AGAIN = "The database is busy. Please try again."
_PG_KEY = re.compile(r"Key \((.*?)\)=")
_SQLITE_INDEX = re.compile(r"index '(\w+)'")
_SQLITE_RULE = re.compile(r"CHECK constraint failed: (\w+)")


class Ended(ApiError):
    """Two transactions waited for each other, and the database has ended this one; the other goes on."""


def answer(error: DBAPIError, resource: Resource, *, deleting: bool = False) -> ApiError | None:
    """Return the answer for a refusal by the database; None for anything that is a mistake of ours."""
    meaning = _meaning(error.orig)
    if meaning == "reference":
        return _in_use(deleting=deleting)
    return _ANSWERS[meaning](error.orig, resource) if meaning else None


def _meaning(orig: Any) -> str | None:  # noqa: ANN401 -- the driver's own exception
    code = str(getattr(orig, "sqlstate", None) or getattr(orig, "sqlite_errorname", None) or "")
    return "value" if code.startswith("22") else _MEANINGS.get(code)


def _double(orig: Any, resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    named = member(resource, _columns(orig, resource.table))
    source = {"pointer": f"/data/{named}"} if named else {"pointer": "/data"}
    return ApiError(409, f"{title_of(resource.type)} already exists", source=source)


def _missing(orig: Any, resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    named = member(resource, _columns(orig, resource.table))
    return invalid(f"/data/{named}" if named else "/data", "Missing data for required field.")


def _in_use(*, deleting: bool) -> ApiError:
    if deleting:
        return ApiError(409, "It is still in use: other records refer to it.", source={"pointer": "/data"})
    return ApiError(422, "It refers to something that does not exist.", source={"pointer": "/data/relationships"})


def _rule(orig: Any, _resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    diag = getattr(orig, "diag", None)
    found = _SQLITE_RULE.search(str(orig))
    name = cast("str | None", diag.constraint_name if diag else found and found[1])
    return ApiError(422, f"These values do not fit together ({name}).", source={"pointer": "/data"})


def _value(_orig: Any, _resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    return ApiError(422, "A value is out of range.", source={"pointer": "/data/attributes"})


def _busy(_orig: Any, _resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    return ApiError(503, _TRY_AGAIN, headers={"Retry-After": "1"})


def _ended(_orig: Any, _resource: Resource) -> ApiError:  # noqa: ANN401 -- the driver's own exception
    return Ended(503, _TRY_AGAIN, headers={"Retry-After": "1"})


def _columns(orig: Any, table: Table) -> list[str]:  # noqa: ANN401 -- the driver's own exception
    """Return the columns that the refusal is about, when they are this table's."""
    diag = getattr(orig, "diag", None)
    if diag is not None:
        key = _PG_KEY.search(diag.message_detail or "")
        told = (key[1] if key else diag.column_name or "") if diag.table_name == table.name else ""
    else:
        told = _sqlite_told(str(orig), table)
    return [name for name in re.findall(r"\w+", told) if name in table.c]


def _sqlite_told(message: str, table: Table) -> str:
    named = _SQLITE_INDEX.search(message)
    if named:
        return " ".join(str(part) for index in table.indexes if index.name == named[1] for part in index.expressions)
    _, _, told = message.partition("constraint failed: ")
    return " ".join(
        name.removeprefix(f"{table.name}.") for name in told.split(", ") if name.startswith(f"{table.name}.")
    )


def member(resource: Resource, columns: list[str]) -> str | None:
    """Return the member, such as attributes/name, that one of these columns shows; attributes come first."""
    for attribute in resource.attributes:
        if attribute.sql is None and (attribute.column or attribute.key) in columns:
            return f"attributes/{attribute.name}"
    for relation in resource.relationships:
        if isinstance(relation, BelongsTo) and relation.local_column in columns:
            return f"relationships/{relation.name}"
    return None


def title_of(type_: str) -> str:
    """Return a type's name for people.

    >>> title_of("discount-code")
    'Discount Code'
    """
    return type_.replace("-", " ").replace("_", " ").title()


_ANSWERS = {"double": _double, "missing": _missing, "rule": _rule, "value": _value, "busy": _busy, "ended": _ended}
