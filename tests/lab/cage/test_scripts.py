"""What scripts can do in a cage, the old system's among them."""

import time

import pytest

from openevent.lab.providers.cage.messages import Called, Ended, Failed, Printed, Shown, Waiting

SERIES = {"columns": ["t", "CH1"], "data": ["AAAAAAAAAAAAAAAAAADwPw==", "AAAAAAAAAEAAAAAAAAAIQA=="]}  # 0 1; 2 3
MULTIMETER = """
for channel in ('CH1', 'CH2', 'CH3', 'AN8', 'CAP', 'SEN'):
    button('Voltage : %s' % channel, "get_voltage('%s')" % channel)
button('Capacitance', "get_capacitance()", "display")
result = label('', 'R', 'row well')
button('Resistance', 'get_resistance()', target=result)
print_('Choose one', 'hint')
"""
PLOT_TEST = """
import numpy as np
x = np.linspace(0, 2 * np.pi, 100)
one = plot(x, np.sin(x), name='plot1')
button('Capture 1', "capture1('CH1',200,10)", 'update-plot', target=one, stacking='xy')
print('Sine', 'done')
"""


def text(said):
    return "".join(one.text for one in said if isinstance(one, Printed))


def widgets(said):
    return {one.widget["name"]: one.widget for one in said if isinstance(one, Shown)}


def test_a_script_runs_from_its_first_line_to_its_last(play):
    source = "import lab\nfrom lab import get_voltage as v\nprint(v('CH1'), lab.get_voltage(channel='CH2'), end='')"
    said = play(source, answers={"get_voltage": lambda call: {"value": 1.5 if call.positional else 2.5}}).until()

    assert text(said) == "1.5 2.5"
    assert [(one.name, one.positional, one.named) for one in said if isinstance(one, Called)] == [
        ("get_voltage", ("CH1",), {}),
        ("get_voltage", (), {"channel": "CH2"}),
    ]
    assert said[-1] == Ended("done")


def test_the_multimeter_of_old_shows_what_its_buttons_measure(play):
    answers = {
        "get_voltage('CH2')": 1.23456,
        "get_resistance()": lambda _call: {"value": None, "text": "infinite"},
    }
    run = play(MULTIMETER, answers=answers)
    run.until(Waiting)
    run.tell({"press": "button2"})
    run.tell({"press": "button8"})
    run.tell({"press": "button7"})
    while len(run.of(Called)) < 3 or "There is no" not in widgets(run.said)["button7-result"]["text"]:
        run.until(Shown)

    found = widgets(run.said)
    assert found["button2-result"]["text"] == "1.235"
    assert found["R"]["text"] == "infinite"
    assert found["button2"]["endpoint"] == "get_voltage('CH2')"
    assert (found["button8"]["target"], found["hint"]["kind"]) == ("R", "text")


def test_the_plot_test_of_old_draws_and_is_drawn_anew(play):
    run = play(PLOT_TEST, answers={"capture1('CH1',200,10)": SERIES})
    run.until(Waiting)
    drawn = widgets(run.said)["plot1"]["series"]
    assert ([len(one["x"]) for one in drawn], text(run.said)) == ([100], "Sine done\n")

    run.tell({"press": "button"})
    run.until(Shown)
    assert widgets(run.said)["plot1"]["series"] == [{"label": "y1", "x": [0, 1], "y": [2, 3]}]


def test_series_come_as_columns_with_numpy_and_without(play):
    source = "t, v = capture1('CH1', 2, 10)\nprint(type(v).__name__, list(v))\nplot(t, v, v)\nprint(float(sum(v)))"
    said = play(source, answers={"capture1": SERIES}).until()

    assert text(said).startswith("ndarray [")
    assert text(said).endswith("5.0\n")
    assert [one["label"] for one in widgets(said)["plot"]["series"]] == ["y1", "y2"]


def test_inputs_change_values_and_call_functions(play):
    source = """
volts = slider('Volts', 1, 0, 3, on_change=lambda value: print('now', value))
kind = select('Kind', ['sine', 'square'])
average = checkbox('Average', True)
many = number('How many', 5)
def measure():
    print(volts.value, kind.value, average.value, many.value)
    lab.sleep(0.01)
button('Go', measure)
result = table(['a', 'b'], [[1, 'x']])
result.set(rows=[[2, None]])
markdown('# Hello')
"""
    run = play(source)
    run.until(Waiting)
    for name, value in (("Volts", 2.5), ("Kind", "square"), ("Average", False), ("button", None)):
        run.tell({"press": name, "value": value})
    while "False" not in text(run.said):
        run.until(Printed)

    assert text(run.said) == "now 2.5\n2.5 square False 5\n"
    assert widgets(run.said)["table"]["rows"] == [[2, None]]


def test_a_loop_of_its_own_hears_presses_while_it_sleeps(play):
    source = """
import time
gone = []
button('Stop', lambda: gone.append(1))
while not gone:
    plot([1, 2], [time.monotonic(), 2], name='live')
    lab.sleep(0.02)
print('stopped')
import sys
sys.exit()
"""
    run = play(source)
    run.until(Shown)
    run.tell({"press": "button"})

    assert run.until()[-1] == Ended("done")
    assert text(run.said) == "stopped\n"


@pytest.mark.parametrize(
    ("source", "line", "words", "codes"),
    [
        ("def f(a):\n    return a / 0\nf(1)\n", 2, "ZeroDivisionError: division by zero", ["f(1)", "return a / 0"]),
        ("x = 1\nif x\n    pass", 2, "SyntaxError: expected ':'", ["if x"]),
        ("get_voltage('CH9')", 1, "The laboratory refused: There is no get_voltage.", ["get_voltage('CH9')"]),
        ("get_voltage(object())", 1, "TypeError: object can't be sent: numbers, texts and lists of them can.", None),
        ("import numby", 1, "ModuleNotFoundError: No module named 'numby'\nA script has", None),
        ("open('/etc/passwd')", 1, "", None),
        ("input('Name?')", 1, "RuntimeError: Nobody types here", None),
        ("raise SystemExit('enough')", 1, "SystemExit: enough", None),
        ("def f(): f()\nf()", 1, "RecursionError: maximum recursion depth exceeded", None),
    ],
)  # fmt: skip
def test_errors_say_what_and_in_which_line(play, source, line, words, codes):
    said = play(source).until()
    [failed] = [one for one in said if isinstance(one, Failed)]

    assert (failed.error.line, said[-1]) == (line, Ended("failed"))
    assert failed.error.text.startswith(words)
    assert {one.code for one in failed.error.traceback} <= {one.strip() for one in source.splitlines()}
    if codes is not None:
        assert [one.code for one in failed.error.traceback] == codes


def test_a_button_that_fails_says_so_and_the_others_go_on(play):
    run = play("button('A', lambda: 1 / 0)\nbutton('B', lambda: print('fine'))")
    run.until(Waiting)
    run.tell({"press": "button"})
    run.tell({"press": "button2"})
    run.until(Printed)

    assert [one.error.line for one in run.of(Failed)] == [1]


def test_parameters_and_names_are_there(play):
    source = (
        "print(lab.parameters['volts'], parameters, __name__, get_voltage.__name__)\nlab.label('a b', name='1 x/y')"
    )
    said = play(source, parameters={"volts": 2}).until()

    assert text(said) == "2 {'volts': 2} __main__ get_voltage\n"
    assert list(widgets(said)) == ["_1-x-y"]


def test_a_cage_starts_within_its_time(play):
    plain, numbers = [], []
    for source, found in (("print(1)", plain), ("import numpy\nprint(1)", numbers)):
        for _ in range(3):
            begun = time.monotonic()
            play(source).until(Printed)
            found.append(time.monotonic() - begun)

    assert min(plain) < 0.4
    assert min(numbers) < 0.8  # with numpy, which is imported by those who want it
