import csv
import io

import pytest

from cast import actor, ana, bo
from openevent.lab.actions.scripts import create_script, delete_script
from openevent.lab.models import Run, Script, ScriptVersion
from visitors import harmful, text_of

PLOT = {"kind": "plot", "name": "sine", "xlabel": "s", "series": [{"label": "a", "x": [0, 1], "y": [0, 1]}]}
EVERY = [
    ("text", {"text": "hello <b>"}),
    ("widget", {"kind": "markdown", "name": "md", "text": "**bold** <script>alert(1)</script> [x](javascript:y)"}),
    ("widget", {"kind": "text", "name": "said", "text": "plain"}),
    ("widget", {"kind": "label", "name": "volts", "text": "1.5 V"}),
    ("widget", {"kind": "button", "name": "go", "label": "Measure"}),
    ("widget", {"kind": "slider", "name": "f", "label": "Frequency", "value": 5, "least": 0, "most": 9, "unit": "Hz"}),
    ("widget", {"kind": "select", "name": "ch", "label": "Input", "value": "B", "options": ["A", "B"]}),
    ("widget", {"kind": "checkbox", "name": "on", "label": "Average", "value": True}),
    ("widget", {"kind": "table", "name": "t", "label": "Readings", "columns": ["V"], "rows": [[1], [None]]}),
    ("widget", PLOT),
    ("call", {"name": "get_voltage", "arguments": {"channel": "CH1"}, "value": 1.5, "ms": 1}),
    ("call", {"name": "set_pv1", "arguments": {"volts": 9}, "error": "Too much."}),
]


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return ana(work), bo(work)


def test_a_run_shows_its_widgets_and_nothing_that_could_harm(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY, status="running", began_at=None)

    page = visitor(people[0]).get(f"/lab/runs/{run.identifier}")

    text = text_of(page)
    for said in ("hello <b>", "bold", "plain", "1.5 V", "Measure", "Frequency 5 Hz", "Average", "Readings", "Stop"):
        assert said in text
    assert harmful(page) == []
    assert "a: 2 points, from 0 to 1, mean 0.5" in page.text


def test_a_failed_run_points_at_its_line(visitor, people, keep_run):
    error = {"text": "ZeroDivisionError: division by zero", "line": 2, "traceback": [{"line": 2, "code": "1 / 0"}]}
    run = keep_run(people[0], ("error", error), source="a = 1\n1 / 0\n", exit_reason="failed")
    browser = visitor(people[0])

    page = browser.get(f"/lab/runs/{run.identifier}")
    source = browser.get(f"/lab/runs/{run.identifier}?show=source")

    assert "Line 2 : ZeroDivisionError: division by zero" in text_of(page)
    assert '<li class="wrong-line"><code>1 / 0</code>' in source.text


@pytest.mark.parametrize(("reason", "said"), [("time", "time was used up"), ("lease", "turn at the device")])
def test_a_run_that_was_ended_says_why(visitor, people, keep_run, reason, said):
    run = keep_run(people[0], ("limit", {"text": "60 seconds"}), exit_reason=reason)

    page = visitor(people[0]).get(f"/lab/runs/{run.identifier}")

    assert said in text_of(page)
    assert "60 seconds" in text_of(page)


def test_a_run_that_never_began_says_why(visitor, people, keep_run):
    run = keep_run(people[0], exit_reason="failed", error="Scripts are off: no cage holds here.")

    assert "Scripts are off: no cage holds here." in text_of(visitor(people[0]).get(f"/lab/runs/{run.identifier}"))


def test_output_stands_there_as_it_was_printed(visitor, people, keep_run):
    printed = [("text", {"text": text}) for text in ("one\n", "tw", "o\n", "<three>\n")]
    run = keep_run(people[0], *printed)

    page = visitor(people[0]).get(f"/lab/runs/{run.identifier}").text

    assert "\none\ntwo\n&lt;three&gt;\n</pre>" in page


def test_events_are_asked_for_by_number(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY[:3], status="running")
    browser, at = visitor(people[0]), f"/lab/runs/{run.identifier}/events"

    everything, rest = browser.get(at), browser.get(f"{at}?after=2")
    unchanged = browser.client.get(
        f"{at}?after=3", headers={"If-None-Match": browser.get(f"{at}?after=3").headers["ETag"]}
    )
    pieces = browser.get(f"/lab/runs/{run.identifier}/application")

    assert (everything.json["status"], everything.json["last"]) == ("running", 3)
    assert [one["number"] for one in rest.json["events"]] == [3]
    assert unchanged.status_code == 304
    assert 'data-piece="said"' in pieces.text


def test_a_run_belongs_to_whoever_ran_it(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY, status="running")
    stranger, at = visitor(people[1]), f"/lab/runs/{run.identifier}"

    reads = [stranger.get(f"{at}{end}").status_code for end in ("", "/events", "/application", ".csv", ".json")]
    writes = [stranger.post(f"{at}{end}", at="/lab").status_code for end in ("/stop", "/press", "/share")]

    assert reads == [404] * 5
    assert writes == [404] * 3
    assert visitor().get(f"{at}/events").status_code == 401


def test_a_waiting_run_is_stopped(visitor, shell, people, keep_run):
    run = keep_run(people[0], status="waiting")

    visitor(people[0]).post(f"/lab/runs/{run.identifier}/stop", at=f"/lab/runs/{run.identifier}")

    with shell.work() as work:
        assert work.db.get(Run, run.id).exit_reason == "stopped"


def test_nothing_is_pressed_in_a_run_that_is_over(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY)
    browser, at = visitor(people[0]), f"/lab/runs/{run.identifier}/press"

    by_form = browser.post(at, {"widget": "f", "kind": "slider", "value": "3"}, at="/lab")
    token = browser.token("/lab")
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    by_script = browser.client.post(at, json={"widget": "go"}, headers=headers)

    assert by_form.status_code == 409
    assert (by_script.status_code, by_script.json["code"]) == (409, "press-refused")


def test_runs_are_exported(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY, ("text", {"text": "=1+1"}), parameters={"gain": 2})
    browser, at = visitor(people[0]), f"/lab/runs/{run.identifier}"

    rows = list(csv.reader(io.StringIO(browser.get(f"{at}.csv").text)))
    told = browser.get(f"{at}.json").json
    plot = browser.get(f"{at}.csv?plot=sine")

    assert len(rows) == len(EVERY) + 2
    assert "'=1+1" in rows[-1]
    assert (told["parameters"], told["calls"], len(told["events"])) == ({"gain": 2}, 0, len(EVERY) + 1)
    assert plot.text == "s,a\r\n0.0,0.0\r\n1.0,1.0\r\n"
    assert plot.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(f"{at}.csv?plot=none").status_code == 404


def test_the_record_has_the_calls(visitor, people, keep_run):
    of_script = {"name": "set_pv2", "arguments": {"positional": [1], "named": {"a": "b"}}, "value": 1.0}
    run = keep_run(people[0], *EVERY, ("call", of_script))

    text = text_of(visitor(people[0]).get(f"/lab/runs/{run.identifier}?show=record"))

    assert "get_voltage(channel='CH1') 1.5" in text
    assert "set_pv1(volts=9) Too much." in text
    assert "set_pv2(1, a='b') 1" in text


def test_a_run_is_shared_by_an_address_and_hidden_again(visitor, people, keep_run):
    run = keep_run(people[0], *EVERY, status="running")
    owner, stranger, at = visitor(people[0]), visitor(), f"/lab/runs/{run.identifier}"

    page = owner.post(f"{at}/share", {"shared": "1"}, at=f"{at}?show=record")
    address = page.text.partition('class="address" href="http://127.0.0.1:8000')[2].partition('"')[0]
    seen = stranger.get(address)
    owner.post(f"{at}/share", {"shared": ""}, at=f"{at}?show=record")

    assert address.startswith("/lab/shared/")
    assert "1.5 V" in text_of(seen)
    assert "Stop" not in text_of(seen)
    assert "data-lab-run" not in seen.text
    assert stranger.get(address).status_code == 404


def test_a_run_of_a_script_that_is_gone_leads_nowhere(visitor, shell, people, keep_run):
    with shell.work() as work:
        script = create_script(work, title="mine.py", code="1", by=actor(people[0]))
        version = work.db.query(ScriptVersion).one().id
    run = keep_run(people[0], script_version_id=version, title="mine.py")
    at = f"/lab/runs/{run.identifier}"
    before = visitor(people[0]).get(at).text
    with shell.work() as work:
        delete_script(work, work.db.get_one(Script, script.id), by=actor(people[0]))

    after = visitor(people[0]).get(at)

    assert f"/lab/scripts/{script.id}/run" in before
    assert f"/lab/scripts/{script.id}" not in after.text
    assert "version 1 of mine.py" in text_of(after)


def test_runs_are_listed_and_compared(visitor, people, keep_run):
    one = keep_run(people[0], ("widget", PLOT), source="a\nb\n", parameters={"gain": 1})
    other = keep_run(people[0], ("widget", PLOT), source="a\nc\n", parameters={"gain": 2})
    browser = visitor(people[0])

    listed = browser.get(f"/lab/runs?with={one.identifier}")
    both = browser.get(f"/lab/compare?run={one.identifier}&run={other.identifier}")

    assert listed.text.count('class="pick"') == 2
    assert "gain 1 2" in text_of(both)
    assert "a (1)" in text_of(both)
    assert "a (2)" in text_of(both)
    assert 'class="diff-added"' in both.text
    assert browser.get(f"/lab/compare?run={one.identifier}").location == "/lab/runs"


def test_a_call_shows_what_it_measured(visitor, people, keep_run):
    value = {"columns": ["t", "CH1"], "units": ["µs", "V"], "data": [[0, 1], [0.5, 1.5]]}
    series = keep_run(people[0], ("call", {"name": "capture1", "arguments": {}, "value": value}), kind="call")
    number = keep_run(people[0], ("call", {"name": "get_power", "value": [1, 2], "unit": "V"}), kind="call")
    browser = visitor(people[0])

    assert "CH1: 2 points" in browser.get(f"/lab/runs/{series.identifier}").text
    assert "[1, 2] V" in text_of(browser.get(f"/lab/runs/{number.identifier}"))
