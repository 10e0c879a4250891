from __future__ import annotations

from typing import Any

import pytest

from openevent.lab.rules.values import Series, Value, as_json, column


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Value("number", "V", 1.5), 1.5),
        (Value("number", "Ω", None, text="infinite"), None),
        (Value("numbers", "Hz", numbers=(1.0, 2.0)), [1.0, 2.0]),
        (Value("text", text="PSLab V6"), "PSLab V6"),
        (Value("nothing"), None),
    ],
)
def test_an_answer_is_said_in_json(value: Value, said: Any) -> None:
    assert as_json(value) == said


def test_long_columns_are_cut() -> None:
    series = Series(("t", "CH1"), ("µs", "V"), (column(range(5)), column([0.5] * 5)))

    assert as_json(Value("series", series=series), most=2) == {
        "columns": ["t", "CH1"],
        "units": ["µs", "V"],
        "data": [[0.0, 1.0], [0.5, 0.5]],
    }
