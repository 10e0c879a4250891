"""What scripts may show: known widgets with bounded texts and numbers, and nothing else."""

import pytest

from openevent.lab.rules.widgets import INPUTS, KINDS, WidgetRefused, checked_press, checked_widget, cleaned

LINE = {"label": "a", "x": [1, 2], "y": [3.5, None]}


def widget(kind, **fields):
    return checked_widget({"kind": kind, "name": "w", **fields})


def test_every_kind_keeps_its_own_fields_alone():
    given = {"onclick": "x", "html": "<b>", "text": "t", "label": "l", "value": 1}
    found = {kind: set(widget(kind, **given)) - {"kind", "name"} for kind in KINDS if kind != "select"}

    bounded = {"label", "value", "least", "most", "step", "unit"}
    assert found == {
        "label": {"text"},
        "text": {"text"},
        "markdown": {"text"},
        "button": {"label", "endpoint", "target", "display"},
        "plot": {"title", "xlabel", "ylabel", "series"},
        "number": bounded,
        "slider": bounded,
        "checkbox": {"label", "value"},
        "table": {"columns", "rows"},
    }
    assert set(INPUTS) < set(KINDS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "iframe"}, "no widget of this kind"),
        ({"kind": ["label"]}, "no widget of this kind"),
        ({"kind": "label", "name": "1a"}, "name"),
        ({"kind": "label", "name": "a" * 65}, "name"),
        ({"kind": "label", "name": "a b"}, "name"),
        ({"kind": "label", "name": "a\n"}, "name"),
        ({"kind": "label", "name": 5}, "name"),
        ({"kind": "label", "text": 5}, "text is a text"),
        ({"kind": "plot", "series": 5}, "series is a list"),
        ({"kind": "plot", "series": [5]}, "a label, x and y"),
        ({"kind": "plot", "series": [{"x": [1], "y": []}]}, "as many x as y"),
        ({"kind": "plot", "series": [LINE] * 9}, "at most 8"),
        ({"kind": "plot", "series": [{"x": [1] * 15_000, "y": [1] * 15_000}] * 2}, "at most 20000 points"),
        ({"kind": "table", "columns": ["a"], "rows": [[1, 2]]}, "1 cells"),
        ({"kind": "table", "columns": ["a"], "rows": ["x"]}, "1 cells"),
        ({"kind": "table", "columns": ["a"], "rows": [[[1]]]}, "texts and numbers"),
        ({"kind": "table", "columns": ["a"] * 21}, "at most 20"),
        ({"kind": "table", "columns": ["a"], "rows": [[1]] * 501}, "at most 500"),
        ({"kind": "select", "options": ["a"] * 101}, "at most 100"),
    ],
)
def test_what_is_wrong_is_refused(fields, words):
    with pytest.raises(WidgetRefused, match=words):
        checked_widget({"name": "w", **fields})


def test_texts_and_numbers_are_cut_to_what_can_be_kept():
    assert widget("label", text="a\x00\x1b[31m\ud800b\tc\nd")["text"] == "a[31mb\tc\nd"
    assert len(widget("label", text="a" * 99_999)["text"]) == 10_000
    assert widget("plot", series=[LINE])["series"] == [LINE]
    found = widget("plot", series=[{"x": [1, True, "2", 1e301, 10**400], "y": [0] * 5}])["series"][0]
    assert found["x"] == [1, None, None, None, None]
    assert widget("slider", value=10**400, least=float("inf"), most="x", step=1)["value"] is None
    assert widget("table", columns=["a", 1], rows=[[1.5, "x"], [None, 10**400]])["rows"] == [[1.5, "x"], [None, None]]
    assert widget("select", label="l", value="a", options=["a", 1])["options"] == ["a", "1"]
    assert [widget("checkbox", value=one)["value"] for one in (True, 1, "yes", None)] == [True, False, False, False]


def test_a_press_has_a_value_that_its_widget_can_have():
    slider = widget("slider", least=0, most=10)
    assert [checked_press(slider, one) for one in (-5, 3, 99)] == [0, 3, 10]
    assert checked_press(widget("number"), -5.5) == -5.5
    assert checked_press(widget("button"), "anything") is None
    assert checked_press(widget("checkbox"), True) is True
    assert checked_press(widget("select", options=["a"]), "a") == "a"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("slider", "5"),
        ("slider", float("nan")),
        ("slider", True),
        ("checkbox", 1),
        ("select", "b"),
        ("select", ["a"]),
        ("label", "x"),
        ("plot", 1),
    ],
)
def test_other_presses_are_refused(kind, value):
    with pytest.raises(WidgetRefused):
        checked_press(widget(kind, options=["a"]) if kind == "select" else widget(kind), value)


def test_values_are_cleaned_to_what_every_database_keeps():
    deep = []
    for _ in range(500):
        deep = [deep]

    assert cleaned({"a\x00": ["\ud800x", float("nan"), 1 << 60, True, None], "b": (1,)}) == {
        "a": ["x", None, float(1 << 60), True, None],
        "b": [1],
    }
    assert str(cleaned(deep)).count("[") == 8
