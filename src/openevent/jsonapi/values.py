"""Values on their way in: what each kind accepts, within which bounds, and what it becomes in Python.

The messages are those of the v1 reference (section 3.1), because clients show them to people.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import BigInteger, Column, SmallInteger

from openevent.jsonapi.declare import Attribute, Kind

TEXT_LIMIT = 20_000  # characters, where neither the declaration nor the column says otherwise
NAME_LIMIT = 255
URL_LIMIT = 2_048
EMAIL_LIMIT = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
LOCAL_PART_LIMIT = 64  # RFC 5321 section 4.5.3.1.1
JSON_DEPTH = 32
AMOUNT_LIMIT = 10**15  # a decimal of three digits after the point still fits into a 64 bit column of minor units
FIRST_YEAR, LAST_YEAR = 1900, 9998  # what every time zone, calendar and database at hand can shift and show

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # C0 but tab and newline; lone surrogates
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?")
# What clients of v1 send for a choice of two: its schemas took what HTML forms, SQL and Python call true and false.
_TRUE, _FALSE = ("t", "T", "true", "True", "TRUE", "1"), ("f", "F", "false", "False", "FALSE", "0")
_LINE_END = re.compile(r"\r\n?")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"(?=.{1,253}\Z)([\w](?:[\w-]{0,61}[\w])?\.)*[\w](?:[\w-]{0,61}[\w])?")
_MAIL_HOST = re.compile(r"localhost|(?=.{4,253}\Z)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}")
_URL_REST = re.compile(r"[^\s<>\"\\^`{|}]*")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?", re.ASCII)


class Refused(ValueError):
    """A value does not fit; the message is for whoever sent it."""


class Shape(Struct, frozen=True):
    """What a member accepts: read by the input, and told to the world by the OpenAPI document."""

    kind: Kind
    nullable: bool = True
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    container: type[Any] | None = None  # dict or list, of a json member that is always the one or the other


def shape_of(attribute: Attribute, kind: Kind, column: Column[Any] | None, model: type[Any] = object) -> Shape:
    """Join what the declaration and the column say; the narrower of the two holds."""
    lowest, highest = _range(kind, column)
    return Shape(
        kind=kind,
        nullable=attribute.nullable and not attribute.required and (column is None or bool(column.nullable)),
        minimum=lowest if attribute.min is None else attribute.min,
        maximum=highest if attribute.max is None else attribute.max,
        max_length=_length(attribute, kind, column),
        choices=attribute.choices,
        container=_container(model, column) if kind == "json" and column is not None else None,
    )


def _container(model: type[Any], column: Column[Any]) -> type[Any] | None:
    """Read Mapped[dict[...]] or Mapped[list[...]], possibly with None, from the model's annotations."""
    hint = get_type_hints(model).get(column.name)
    for mapped in get_args(hint):
        for option in (mapped, *get_args(mapped)):
            if (get_origin(option) or option) in (dict, list):
                return cast("type[Any]", get_origin(option) or option)
    return None


def _range(kind: Kind, column: Column[Any] | None) -> tuple[float | None, float | None]:
    if kind == "decimal":
        return -AMOUNT_LIMIT, AMOUNT_LIMIT
    if kind != "integer":
        return None, None
    top = 2 ** (_bits(column) - 1)
    return -top, top - 1


def _bits(column: Column[Any] | None) -> int:
    if column is None or isinstance(column.type, BigInteger):
        return 64
    return 16 if isinstance(column.type, SmallInteger) else 32


def _length(attribute: Attribute, kind: Kind, column: Column[Any] | None) -> int | None:
    if kind not in ("string", "email", "url"):
        return None
    limits = (
        attribute.max_length,
        cast("int | None", getattr(column.type, "length", None) if column is not None else None),
    )
    return min((limit for limit in limits if limit), default=_usual_length(attribute.name, kind))


def _usual_length(name: str, kind: Kind) -> int:
    if kind != "string":
        return URL_LIMIT if kind == "url" else EMAIL_LIMIT
    return NAME_LIMIT if name in ("name", "title") or name.endswith("-name") else TEXT_LIMIT


def convert(shape: Shape, value: Any, clean: Callable[[str], str] | None = None) -> Any:  # noqa: ANN401 -- decoded JSON in, any Python type out
    """Return the value as Python has it; raises Refused."""
    if value is None:
        if shape.nullable:
            return None
        raise Refused("Field may not be null.")
    found = _READERS[shape.kind](value)
    if clean is not None and isinstance(found, str):
        found = clean(found)
    _check_bounds(shape, found)
    return found


def _check_bounds(shape: Shape, value: Any) -> None:  # noqa: ANN401 -- any Python type
    if shape.container is not None:
        if not isinstance(value, shape.container):
            raise Refused("Not a valid list." if shape.container is list else "Not a valid mapping type.")
    elif isinstance(value, str):
        if shape.max_length is not None and len(value) > shape.max_length:
            raise Refused(f"Longer than maximum length {shape.max_length}.")
        if shape.choices and value not in shape.choices:
            raise Refused("Not a valid choice.")
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if shape.minimum is not None and value < shape.minimum:
            raise Refused(f"Must be at least {plain(shape.minimum)}.")
        if shape.maximum is not None and value > shape.maximum:
            raise Refused(f"Must be at most {plain(shape.maximum)}.")


def plain(number: float) -> float:
    """Return a whole number without its point: 1 for 1.0.

    >>> plain(1.0), plain(0.5), plain(2**63 - 1)
    (1, 0.5, 9223372036854775807)
    """
    return int(number) if isinstance(number, float) and number.is_integer() else number


def text(value: Any) -> str:  # noqa: ANN401 -- decoded JSON
    r"""Return text with plain newlines; raises Refused for what no database keeps and no page shows.

    >>> text("two\r\nlines")
    'two\nlines'
    """
    if not isinstance(value, str):
        raise Refused("Not a valid string.")
    value = _LINE_END.sub("\n", value)
    if _NOT_TEXT.search(value):
        raise Refused("Control characters are not allowed.")
    return value


def _integer(value: Any) -> int:  # noqa: ANN401 -- decoded JSON
    if isinstance(value, str) and _WHOLE.fullmatch(value):  # clients of v1 send what stands in a form's input
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("Not a valid integer.")
    if isinstance(value, float) and not value.is_integer():  # JSON knows no integers: 5.0 is 5 (RFC 8259 section 6)
        raise Refused("Not a valid integer.")
    return int(value)


def _number(value: Any) -> float:  # noqa: ANN401 -- decoded JSON
    if isinstance(value, str) and _NUMBER.fullmatch(value):  # as with whole numbers
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("Not a valid number.")
    try:
        found = float(value)
    except OverflowError:
        raise Refused("Not a valid number.") from None
    if not math.isfinite(found):
        raise Refused("Not a valid number.")
    return found


def _decimal(value: Any) -> Decimal:  # noqa: ANN401 -- decoded JSON
    is_exact = isinstance(value, int) and not isinstance(value, bool)
    is_exact = is_exact or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)
    return Decimal(value) if is_exact else Decimal(repr(_number(value)))


def _boolean(value: Any) -> bool:  # noqa: ANN401 -- decoded JSON
    if isinstance(value, bool):
        return value
    told = str(value) if type(value) in (int, str) else ""
    if told not in (*_TRUE, *_FALSE):
        raise Refused("Not a valid boolean.")
    return told in _TRUE


def moment(value: Any) -> datetime:  # noqa: ANN401 -- decoded JSON
    """Return an ISO 8601 text as an aware UTC instant; without an offset it is taken as UTC (v1 reference 1.9).

    >>> moment("2026-03-01T13:00:00+01:00").isoformat()
    '2026-03-01T12:00:00+00:00'
    """
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise Refused("Not a valid datetime.")
    try:
        found = datetime.fromisoformat(value.replace(",", ".").upper())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("Not a valid datetime.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refused("Not a valid datetime.")
    return found


def email(value: Any) -> str:  # noqa: ANN401 -- decoded JSON
    """Return a trimmed mail address that any mail server takes (so: ASCII); its case is kept.

    >>> email("  Ana@example.org ")
    'Ana@example.org'
    """
    if not isinstance(value, str):
        raise Refused("Not a valid email address.")
    found = value.strip()
    local, at, host = found.rpartition("@")
    fits = len(found) <= EMAIL_LIMIT and len(local) <= LOCAL_PART_LIMIT
    if not (at and fits and _LOCAL_PART.fullmatch(local) and _MAIL_HOST.fullmatch(host)):
        raise Refused("Not a valid email address.")
    return found


def url(value: Any) -> str:  # noqa: ANN401 -- decoded JSON
    """Return an absolute http or https address; nothing else may become a link on a page.

    >>> url("https://example.org/a?b=c#d")
    'https://example.org/a?b=c#d'
    """
    if not isinstance(value, str) or not _is_url(value.strip()):
        raise Refused("Not a valid URL.")
    return value.strip()


def _is_url(value: str) -> bool:
    if not _URL_REST.fullmatch(value) or _NOT_TEXT.search(value):
        return False
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_host = ":" in host or _HOST.fullmatch(host) is not None  # urlsplit has looked into the brackets of an IPv6 host
    return parts.scheme in ("http", "https") and is_host


def _json(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 -- decoded JSON
    if depth > JSON_DEPTH:
        raise Refused("Nested too deeply.")
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise Refused("Not a valid integer.")
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {text(name): _json(member, depth + 1) for name, member in members.items()}
    if isinstance(value, list):
        return [_json(item, depth + 1) for item in cast("list[Any]", value)]
    return value


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "string": text,
    "integer": _integer,
    "float": _number,
    "decimal": _decimal,
    "boolean": _boolean,
    "datetime": moment,
    "email": email,
    "url": url,
    "json": _json,
}
