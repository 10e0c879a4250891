from __future__ import annotations

import pytest

from openevent.exchange.rules.narrowing import narrowing
from openevent.kit.errors import Invalid


def test_what_is_empty_does_not_narrow() -> None:
    assert narrowing({"session_id": None, "date": "", "track_type": "", "type": "", "other": 1}) == {}


def test_values_are_read() -> None:
    found = narrowing({"session_id": 7, "date": "2026-05-01", "track_type": "Web", "type": "daily"})

    assert found == {"session": 7, "date": "2026-05-01", "track": "Web", "kinds": ["daily"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_id", "x"),
        ("session_id", "-1"),
        ("session_id", True),
        ("session_id", "9" * 19),
        ("session_id", [1]),
        ("date", "tomorrow"),
        ("date", 20260501),
        ("track_type", "x" * 256),
        ("type", "a\0b"),
        ("type", ["check in"]),
    ],
)
def test_what_is_wrong_is_told_at_its_place(name: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        narrowing({name: value})

    assert refused.value.pointer == f"/{name}"
