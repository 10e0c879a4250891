"""What people are told: how a device stands for them, what a run has shown, how two scripts differ."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from openevent.lab.rules.application import Happened, application
from openevent.lab.rules.differences import differences
from openevent.lab.rules.plots import Line, summary
from openevent.lab.rules.rights import Window
from openevent.lab.rules.screens import standing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON, LATER = NOON + timedelta(seconds=20), NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "given", "told"),
    [
        ("offline", {"mine": "waiting"}, "It does not answer."),
        ("free", {"is_mine_to_use": False}, "It is for holders of its workshop's tickets."),
        ("free", {"is_mine_to_use": False, "opens": Window(LATER, NOON)}, "from 2026-03-01 12:01 UTC on."),
        ("unsafe", {}, "It is being made ready."),
        ("held", {"holder": "Bo L.", "waiting": 1}, "Bo L. has it, 1 waits."),
        ("held", {"holder": "Bo L.", "begins_about": SOON}, "Your turn would begin in less than a minute."),
        (
            "held",
            {"mine": "waiting", "position": 2, "begins_about": LATER},
            "number 2 in the queue, in about 1 minute.",
        ),
        ("held", {"mine": "waiting", "begins_about": NOON}, "You are next."),
        ("held", {"mine": "held"}, "It is your turn."),
    ],
)
def test_how_a_device_stands_is_said(state, given, told):
    assert told in standing(state, NOON, **given).said


def test_a_run_shows_its_series_limits_and_what_no_number_is():
    happened = [
        ("series", {"columns": ["t", "CH1"], "units": ["s", "V"], "data": [[0, 1], [2, "x"]]}),
        ("limit", {"text": "The output is too long."}),
        ("call", {"name": "get_states"}),
        ("begin", {}),
    ]

    found = application(Happened(number, *one) for number, one in enumerate(happened, 1))

    (points,) = (line.points for line in found.plots[0].plot.lines)
    assert found.plots[0].name == "series-1"
    assert (points[0], math.isnan(points[1][1])) == ((0.0, 2.0), True)
    assert (found.limits, found.calls, found.last) == (("The output is too long.",), 1, 4)


def test_a_line_without_numbers_says_so():
    assert summary(Line("CH1", ((0.0, math.nan),))) == "CH1: nothing to show"


def test_what_stands_far_apart_has_a_gap_between():
    old = [str(number) for number in range(40)]
    new = [*old[:2], "new", *old[2:30], "newer", *old[31:]]

    kinds = [one.kind for one in differences("\n".join(old), "\n".join(new))]

    assert (kinds.count("gap"), kinds.count("added"), kinds.count("removed")) == (1, 2, 1)
