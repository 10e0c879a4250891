"""What instruments answer, in words; and the shapes that clients of the first laboratory read."""

from math import inf

import pytest

from openevent.lab.rules import old_shapes
from openevent.lab.rules.answers import engineering, frame_of, old_result, plot_of, text_of, text_of_json
from openevent.lab.rules.application import Application, Happened, Widget, application
from openevent.lab.rules.examples import NINE
from openevent.lab.rules.limits import limits_fault, merged
from openevent.lab.rules.values import Series, Value, column

TWO = Series(("t", "CH1"), ("µs", "V"), (column([0, 1]), column([2, 3])))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Value("number", "V", None), "no value"),
        (Value("numbers", "", numbers=()), "none"),
        (Value("numbers", "V", numbers=tuple(range(13))), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 … (13) V"),
        (Value("series", series=TWO), "2 points of CH1"),
        (Value("series", series=None), "no points"),
        (Value("text", text="PSLab V6"), "PSLab V6"),
    ],
)
def test_an_answer_is_one_line(value, said):
    assert text_of(value) == said


def test_numbers_and_what_was_kept_of_them():
    assert (engineering(inf, "V"), engineering(1e-15, "F"), engineering(7.0, "")) == ("unknown", "0.001 pF", "7")
    assert text_of_json("x" * 401) == "x" * 400 + " …"
    assert text_of_json({"columns": ["t"], "data": []}) == "no points"
    assert frame_of(Value("series", series=TWO))["value"]["data"] == [[0.0, 1.0], [2.0, 3.0]]


def test_columns_are_a_plot():
    plot = plot_of(Value("series", series=TWO))

    assert plot is not None
    assert [line.name for line in plot.lines] == ["CH1"]
    assert plot_of(Value("number", "V", 1.0)) is None


@pytest.mark.parametrize(
    ("value", "old"),
    [
        (Value("number", "Ω", None, text="infinite"), ("infinite", True)),
        (Value("series", series=TWO), ([[0.0, 1.0], [2.0, 3.0]], False)),
        (Value("text", text="PSLab V6"), ("PSLab V6", True)),
    ],
)
def test_old_clients_get_lists_of_numbers_or_a_text(value, old):
    assert old_result(value) == old


def test_every_widget_has_an_old_shape():
    plot = application(
        [Happened(1, "widget", {"kind": "plot", "name": "p", "x": [0, 1], "y": [2, 3], "place": 1})]
    ).widgets
    shapes = old_shapes.widgets(
        Application(
            (
                Widget("button", "go", 1, label="Go", endpoint="get_voltage('CH1')", target="volts"),
                *plot,
                Widget("plot", "empty", 3),
                Widget("markdown", "m", 4, text="*hello*"),
                Widget("table", "t", 5, rows=((1, "a"), (2, "b"))),
                Widget("number", "n", 6, label="N", value=7),
            )
        )
    )

    success = {"datapoint": "result", "type": "display_number", "target": "volts", "stacking": "xy"}
    assert shapes[0]["action"] == {"type": "POST", "endpoint": "get_voltage('CH1')", "success": success}
    assert [one["type"] for one in shapes] == ["button", "plot", "plot", "span", "text", "input"]
    assert (shapes[1]["data"], shapes[2]["data"]) == ([[[0.0, 2.0], [1.0, 3.0]]], [])
    assert (shapes[4]["value"], shapes[5]["value"]) == (["1, a", "2, b"], 7)


def test_scripts_and_functions_have_old_shapes():

    own = {"Id": 3, "Filename": "a.py", "Date": "Mon, 02 Mar 2026 09:00:00 GMT", "readonly": False}
    assert old_shapes.script_list([(3, "a.py", NINE)], []) == [own]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"roles": []}, "Limits of roles are an object."),
        ({"roles": {"member": []}}, "Limits of a role are an object."),
        ({"roles": {"member": {"pv9": [0, 1]}}}, "pv9 is no limit."),
        ({"roles": {"member": {"pv1": [2, 1]}}}, "pv1 ends before it begins."),
    ],
)
def test_what_is_wrong_with_the_limits_of_roles(limits, said):
    assert limits_fault(limits) == said


def test_a_role_is_narrowed_by_both():
    both = merged({"pv1": [-3, 3], "pv2": [0, 1], "roles": {"holder": {"pv1": [-5, 2], "samples": [1, 9]}}}, "holder")

    assert (both.pv1, both.pv2, both.samples) == ((-3, 2), (0, 1), (1, 9))
