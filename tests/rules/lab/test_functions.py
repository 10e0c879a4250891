from __future__ import annotations

from typing import Any

import pytest

from openevent.lab.rules.function_string import parse
from openevent.lab.rules.functions import FUNCTIONS, Call, CallRefused, CallUnreadable, Limits, checked
from openevent.lab.rules.functions.kinds import RANGES

STRICT = Limits(
    pv1=(-3.3, 3.3),
    pwm_frequency=(4, 1e6),
    samples=(2, 1_000),
    seconds=(0.01, 2),
    forbidden=("set_sine", "i2c_write"),
)


def codes(name: str, positional: Any, named: Any = None, limits: Limits = STRICT) -> tuple[str, str | None]:
    with pytest.raises(CallRefused) as refused:
        checked(name, positional, named, limits)
    return refused.value.code, refused.value.argument


def test_every_function_says_what_it_is() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.doc.endswith(".")
        assert all(one.doc.endswith(".") for one in function.arguments)
        assert function.stands_for in {"", *FUNCTIONS}
        assert {one.limit for one in function.arguments} <= {"", *RANGES}
        assert isinstance(checked(name, named=_any_arguments(name)), Call)


def _any_arguments(name: str) -> dict[str, Any]:
    given = {"channel": "SI1" if "wave" in name or "sine" in name or "table" in name else "SQ1"}
    given |= {
        "frequency": 1_000,
        "volts": 1,
        "current": 1,
        "points": [0, 1],
        "address": 48,
        "data": [1],
        "prescaler": 9,
    }
    if name == "set_range":
        given["channel"] = "CH2"
    return {one.name: given[one.name] for one in FUNCTIONS[name].arguments if one.name in given and not one.default}


@pytest.mark.parametrize(
    ("name", "positional", "named", "arguments"),
    [
        ("get_voltage", [], {}, {"channel": "VOL"}),
        ("get_voltage", ["sen"], {}, {"channel": "RES"}),
        ("set_pv1", [-3], {}, {"volts": -3.0}),
        (
            "capture",
            [2],
            {"samples": 500.0},
            {"channels": 2, "samples": 500, "timegap": 10.0, "trigger": None, "trigger_channel": "CH1"},
        ),
        ("capture1", ["CH2", 100, 5, 0.5], {}, {"channel": "CH2", "samples": 100, "timegap": 5.0, "trigger": 0.5}),
        ("set_range", ["CH1", 1.5], {}, {"channel": "CH1", "volts": 1.5}),
        ("set_range", ["CH1", "8"], {}, {"channel": "CH1", "volts": 8}),
        ("set_state", [], {"sq2": 1}, {"sq1": None, "sq2": 1, "sq3": None, "sq4": None}),
        ("set_table", ["SI1", 10, [0, 1.5]], {}, {"channel": "SI1", "frequency": 10.0, "points": (0.0, 1.5)}),
    ],
)
def test_a_good_call_comes_out_complete(name: str, positional: Any, named: Any, arguments: Any) -> None:
    assert checked(name, positional, named).arguments == arguments


@pytest.mark.parametrize(
    ("name", "positional", "named", "expected"),
    [
        ("__import__", ["os"], {}, ("function-unknown", None)),
        ("set_sine", ["SI1", 10], {}, ("function-forbidden", None)),
        ("set_sine1", [10], {}, ("function-forbidden", None)),
        ("get_resistance", [1], {}, ("argument-wrong", None)),
        ("set_pv2", [], {}, ("argument-wrong", "volts")),
        ("set_pv2", [1], {"volts": 1}, ("argument-wrong", "volts")),
        ("set_pv2", [1], {"amperes": 1}, ("argument-wrong", "amperes")),
        ("set_pv2", [True], {}, ("argument-wrong", "volts")),
        ("set_pv2", ["1"], {}, ("argument-wrong", "volts")),
        ("set_pv2", [float("nan")], {}, ("argument-wrong", "volts")),
        ("set_pv2", [10**400], {}, ("argument-wrong", "volts")),
        ("set_pv2", [None], {}, ("argument-wrong", "volts")),
        ("set_pv2", [3.31], {}, ("argument-out-of-range", "volts")),
        ("set_pv1", [3.31], {}, ("argument-out-of-range", "volts")),
        ("capture", [1, 10.5], {}, ("argument-wrong", "samples")),
        ("capture", [1, 1_001], {}, ("argument-out-of-range", "samples")),
        ("get_voltage", ["CH9"], {}, ("argument-wrong", "channel")),
        ("get_voltage", [3], {}, ("argument-wrong", "channel")),
        ("set_range", ["CH1", True], {}, ("argument-wrong", "volts")),
        ("capture1", ["VOL"], {"trigger": 1}, ("argument-wrong", "trigger")),
        ("capture4", [100, 1], {}, ("argument-out-of-range", "timegap")),
        ("capture1", ["CH1", 10, 0.5, 1], {}, ("argument-out-of-range", "timegap")),
        ("set_clock", ["SQ1", 0], {}, ("argument-out-of-range", "prescaler")),
        ("set_clock", ["SQ1", 6], {}, ("argument-out-of-range", "frequency")),
        ("get_edges", [], {"timeout": 3}, ("argument-out-of-range", "timeout")),
        ("set_table", ["SI1", 10, "abc"], {}, ("argument-wrong", "points")),
        ("set_table", ["SI1", 10, []], {}, ("argument-wrong", "points")),
        ("set_table", ["SI1", 10, [9]], {}, ("argument-out-of-range", "points")),
    ],
)
def test_a_bad_call_is_refused_with_its_reason(name: str, positional: Any, named: Any, expected: Any) -> None:
    assert codes(name, positional, named) == expected


@pytest.mark.parametrize(
    ("name", "positional", "argument"),
    [("capture2", [6_000], "samples"), ("capture1", ["CH1", 10_000, 5_000], "timegap")],
)
def test_what_the_buffer_or_patience_cannot_hold_is_refused(name: str, positional: Any, argument: str) -> None:
    assert codes(name, positional, limits=Limits()) == ("argument-out-of-range", argument)


def test_bytes_are_whole() -> None:
    assert codes("i2c_write", [48, [1.5]], limits=Limits()) == ("argument-wrong", "data")


def test_a_refusal_says_which_range_holds() -> None:
    with pytest.raises(CallRefused, match=r"^volts must be from -5 to 5 V\.$"):
        checked("set_pv1", [7], limits=STRICT)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (" get_resistance() ", ("get_resistance", [], {})),
        ("set_pv1(-1.5)", ("set_pv1", [-1.5], {})),
        ("f(+1, None, True, 'a', [1, (2, -3)], x=[])", ("f", [1, None, True, "a", [1, [2, -3]]], {"x": []})),
    ],
)
def test_a_function_string_is_read(text: str, read: Any) -> None:
    assert parse(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "get_voltage",
        "1 + 1",
        "a.b()",
        "f()()",
        "f(g())",
        "f(1 + 1)",
        "f(x)",
        "f(*[1])",
        "f(**{})",
        "f(a=1, a=2)",
        "f(1j)",
        "f(b'')",
        "f(...)",
        "f(-'a')",
        "f(-None)",
        "f(lambda: 1)",
        "f(f'{1}')",
        "f({1: 2})",
        "f([x for x in [1]])",
        "f(); g()",
        "f()\ng()",
        "import os",
        "f(" + "[" * 300,
        "f(" + "-" * 900 + "1)",
        "f('\0')",
        "f('" + "a" * 1_000 + "')",
        "\ud800()",
    ],
)
def test_anything_but_one_call_with_literals_is_refused(text: str) -> None:
    with pytest.raises(CallUnreadable):
        parse(text)
