"""What each kind of value accepts, what it becomes, and what is said when it is refused."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Column, Integer, SmallInteger, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from openevent.jsonapi.declare import Attribute, Kind
from openevent.jsonapi.values import Refused, Shape, convert, shape_of

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOO_DEEP: list[Any] = []
for _ in range(40):
    TOO_DEEP = [TOO_DEEP]

ACCEPTED = [
    ("string", "Grüße 你好", "Grüße 你好"),
    ("string", "", ""),
    ("string", "tab\tand\nline", "tab\tand\nline"),
    ("string", "a\r\nb\rc", "a\nb\nc"),
    ("integer", 5, 5),
    ("integer", 5.0, 5),
    ("integer", "-5", -5),
    ("integer", -(2**63), -(2**63)),
    ("float", 5, 5.0),
    ("float", -0.25, -0.25),
    ("decimal", 42.5, Decimal("42.5")),
    ("decimal", 0.1, Decimal("0.1")),
    ("decimal", 10, Decimal(10)),
    ("float", "5", 5.0),
    ("float", "-0.25", -0.25),
    ("decimal", "42.50", Decimal("42.50")),
    ("boolean", True, True),
    ("boolean", "true", True),
    ("boolean", 1, True),
    ("boolean", "0", False),
    ("boolean", "False", False),
    ("datetime", "2026-03-01T12:00:00+00:00", NOON),
    ("datetime", "2026-03-01T12:00:00Z", NOON),
    ("datetime", "2026-03-01t12:00:00z", NOON),
    ("datetime", "2026-03-01T17:30:00+0530", NOON),
    ("datetime", "2026-03-01 12:00", NOON),
    ("datetime", "2026-03-01T12:00:00", NOON),
    ("datetime", "2026-03-01T12:00:00.123456789Z", NOON.replace(microsecond=123456)),
    ("datetime", "2026-03-01T12:00:00,5Z", NOON.replace(microsecond=500000)),
    ("datetime", "2026-03-01", NOON.replace(hour=0)),
    ("email", " Ana.O+x@mail.example.org ", "Ana.O+x@mail.example.org"),
    ("email", "ana@localhost", "ana@localhost"),
    ("url", "https://example.org", "https://example.org"),
    ("url", " http://example.org:8080/a%20b?c=d#e ", "http://example.org:8080/a%20b?c=d#e"),
    ("url", "https://bücher.example/", "https://bücher.example/"),
    ("url", "http://[::1]:8000/", "http://[::1]:8000/"),
    ("json", {"a": [1, 2.5, None, True, "x"]}, {"a": [1, 2.5, None, True, "x"]}),
    ("json", [{"name": "a\r\nb"}], [{"name": "a\nb"}]),
    ("string", None, None),
]

CONTROL = "Control characters are not allowed."
REFUSED = [
    ("string", 5, "Not a valid string."),
    ("string", ["x"], "Not a valid string."),
    ("string", "nul\x00", CONTROL),
    ("string", "bell\x07", CONTROL),
    ("string", "escape\x1b[0m", CONTROL),
    ("string", "half \ud83d of a pair", CONTROL),
    ("integer", "5.0", "Not a valid integer."),
    ("integer", "9" * 20, "Not a valid integer."),
    ("integer", True, "Not a valid integer."),
    ("integer", 5.5, "Not a valid integer."),
    ("integer", math.inf, "Not a valid integer."),
    ("integer", 2**63, "Must be at most 9223372036854775807."),
    ("integer", -(2**63) - 1, "Must be at least -9223372036854775808."),
    ("float", "5,5", "Not a valid number."),
    ("float", "1e3", "Not a valid number."),
    ("float", "nan", "Not a valid number."),
    ("float", False, "Not a valid number."),
    ("float", math.nan, "Not a valid number."),
    ("float", -math.inf, "Not a valid number."),
    ("float", 10**400, "Not a valid number."),
    ("decimal", "5.", "Not a valid number."),
    ("decimal", "9" * 17, "Must be at most 1000000000000000."),
    ("decimal", True, "Not a valid number."),
    ("decimal", math.nan, "Not a valid number."),
    ("decimal", 1e300, "Must be at most 1000000000000000."),
    ("decimal", -(10**16), "Must be at least -1000000000000000."),
    ("boolean", 2, "Not a valid boolean."),
    ("boolean", 1.0, "Not a valid boolean."),
    ("boolean", "yes", "Not a valid boolean."),
    ("boolean", "", "Not a valid boolean."),
    ("boolean", [True], "Not a valid boolean."),
    ("datetime", 1700000000, "Not a valid datetime."),
    ("datetime", "tomorrow", "Not a valid datetime."),
    ("datetime", "2026-02-30T00:00:00Z", "Not a valid datetime."),
    ("datetime", "2026-W09-7", "Not a valid datetime."),
    ("datetime", "0001-01-01T00:00:00+14:00", "Not a valid datetime."),
    ("datetime", "9999-12-31T23:59:59-10:00", "Not a valid datetime."),
    ("datetime", "9999-12-31T23:59:59Z", "Not a valid datetime."),
    ("datetime", "1066-10-14T09:00:00Z", "Not a valid datetime."),
    ("email", 5, "Not a valid email address."),
    ("email", "", "Not a valid email address."),
    ("email", "nope", "Not a valid email address."),
    ("email", "a@b@c.org", "Not a valid email address."),
    ("email", "a@example", "Not a valid email address."),
    ("email", "a..b@example.org", "Not a valid email address."),
    ("email", "a@example.org\nBcc: b@example.org", "Not a valid email address."),
    ("email", "x" * 65 + "@example.org", "Not a valid email address."),
    ("email", "a@" + "x." * 130 + "org", "Not a valid email address."),
    ("url", 5, "Not a valid URL."),
    ("url", "", "Not a valid URL."),
    ("url", "example.org", "Not a valid URL."),
    ("url", "javascript:alert(1)", "Not a valid URL."),
    ("url", "ftp://example.org", "Not a valid URL."),
    ("url", "https://", "Not a valid URL."),
    ("url", "https://exa mple.org", "Not a valid URL."),
    ("url", "https://example.org/\x00", "Not a valid URL."),
    ("url", "https://[::1", "Not a valid URL."),
    ("url", "https://example.org:99999/", "Not a valid URL."),
    ("url", 'https://example.org/">', "Not a valid URL."),
    ("json", {"a": "nul\x00"}, CONTROL),
    ("json", {"nul\x00": 1}, CONTROL),
    ("json", [2**64], "Not a valid integer."),
    ("json", TOO_DEEP, "Nested too deeply."),
]


def shape(kind: Kind, **members: Any) -> Shape:
    return shape_of(Attribute("thing", **members), kind, None)


def refusal(of: Shape, value: object) -> str:
    with pytest.raises(Refused) as caught:
        convert(of, value)
    return str(caught.value)


@pytest.mark.parametrize(("kind", "value", "expected"), ACCEPTED)
def test_a_fitting_value_becomes_what_python_has_for_it(kind: Kind, value: object, expected: object) -> None:
    found = convert(shape(kind), value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED, ids=lambda value: repr(value)[:40])
def test_any_other_value_is_refused_with_the_words_of_the_reference(kind: Kind, value: object, message: str) -> None:
    assert refusal(shape(kind), value) == message


@pytest.mark.parametrize("kind", ["string", "integer", "boolean", "datetime", "json"])
def test_null_needs_a_member_that_may_be_null(kind: Kind) -> None:
    assert refusal(shape(kind, nullable=False), None) == "Field may not be null."


def test_null_needs_a_column_that_may_be_null() -> None:
    column = Column("thing", String(), nullable=False)

    assert refusal(shape_of(Attribute("thing"), "string", column), None) == "Field may not be null."


def test_a_required_member_is_never_null() -> None:
    assert refusal(shape("string", required=True), None) == "Field may not be null."


def test_choices_are_a_closed_list() -> None:
    of = shape("string", choices=("free", "paid"))

    assert convert(of, "paid") == "paid"
    assert refusal(of, "gift") == "Not a valid choice."


def test_declared_bounds_hold_and_include_their_ends() -> None:
    of = shape("float", min=0.5, max=5)

    assert (convert(of, 0.5), convert(of, 5)) == (0.5, 5.0)
    assert refusal(of, 0.25) == "Must be at least 0.5."
    assert refusal(of, 5.5) == "Must be at most 5."


@pytest.mark.parametrize(("type_", "top"), [(SmallInteger(), 2**15), (Integer(), 2**31), (BigInteger(), 2**63)])
def test_an_integer_fits_into_its_column(type_: Any, top: int) -> None:
    of = shape_of(Attribute("thing"), "integer", Column("thing", type_))

    assert (convert(of, top - 1), convert(of, -top)) == (top - 1, -top)
    assert refusal(of, top) == f"Must be at most {top - 1}."
    assert refusal(of, -top - 1) == f"Must be at least {-top}."


@pytest.mark.parametrize(
    ("name", "kind", "declared", "column", "limit"),
    [
        ("details", "string", None, None, 20_000),
        ("name", "string", None, None, 255),
        ("location-name", "string", None, None, 255),
        ("title", "string", None, None, 255),
        ("logo", "url", None, None, 2_048),
        ("contact", "email", None, None, 254),
        ("code", "string", 8, None, 8),
        ("code", "string", None, 3, 3),
        ("code", "string", 8, 3, 3),
        ("code", "string", 2, 3, 2),
        ("seats", "integer", None, None, None),
    ],
)
def test_text_has_a_bound_even_when_nobody_gave_one(
    name: str, kind: Kind, declared: int | None, column: int | None, limit: int | None
) -> None:
    stored = Column("thing", String(column)) if column else None

    assert shape_of(Attribute(name, max_length=declared), kind, stored).max_length == limit


def test_text_that_is_too_long_is_refused() -> None:
    of = shape("string", max_length=3)

    assert convert(of, "你好吗") == "你好吗"
    assert refusal(of, "long") == "Longer than maximum length 3."


def test_text_is_cleaned_before_its_bounds_are_looked_at() -> None:
    assert convert(shape("string", max_length=2), "  ok  ", str.strip) == "ok"


def test_cleaning_is_for_text_alone() -> None:
    assert convert(shape("integer"), 5, str.strip) == 5


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON(), list[Any]: JSON()}  # noqa: RUF012 -- read by SQLAlchemy


class Box(Base):
    __tablename__ = "boxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, Any]]
    slides: Mapped[list[Any] | None]
    free: Mapped[Any] = mapped_column(JSON())


def of_box(name: str) -> Shape:
    return shape_of(Attribute(name), "json", Box.__table__.c[name], Box)


def test_a_json_column_that_holds_an_object_takes_no_list() -> None:
    assert convert(of_box("labels"), {"a": 1}) == {"a": 1}
    assert refusal(of_box("labels"), []) == "Not a valid mapping type."


def test_a_json_column_that_holds_a_list_takes_no_object() -> None:
    assert convert(of_box("slides"), [1]) == [1]
    assert convert(of_box("slides"), None) is None
    assert refusal(of_box("slides"), {}) == "Not a valid list."


def test_a_json_column_of_no_particular_type_takes_any_json() -> None:
    assert convert(of_box("free"), "text") == "text"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["string", "integer", "float", "decimal", "boolean", "datetime", "email", "url", "json"],
)


@given(kinds, json_values)
def test_any_json_value_is_either_taken_or_refused(kind: Kind, value: object) -> None:
    with contextlib.suppress(Refused):
        convert(shape(kind), value)


instants = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(9998, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis wants them naive
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, offsets)
def test_every_moment_survives_the_wire_whatever_its_offset(at: datetime, offset: timezone) -> None:
    assert convert(shape("datetime"), at.astimezone(offset).isoformat()) == at
