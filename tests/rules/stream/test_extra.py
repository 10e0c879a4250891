from __future__ import annotations

from typing import Any

import pytest

from openevent.stream.rules import Fault, extra_fault, kept_extra

PLACE = "/data/attributes/extra"


@pytest.mark.parametrize(
    ("extra", "pointer"),
    [
        ({"loop": "yes"}, f"{PLACE}/loop"),
        ({"bbb_options": ["record"]}, f"{PLACE}/bbb_options"),
        ({"bbb_options": {"record": 1}}, f"{PLACE}/bbb_options/record"),
        ({"bbb_options": {"welcome": True}}, f"{PLACE}/bbb_options/welcome"),
        ({"bbb_options": {"welcome": "x" * 5_001}}, f"{PLACE}/bbb_options/welcome"),
        ({"bbb_options": {"duration": -1}}, f"{PLACE}/bbb_options/duration"),
        ({"bbb_options": {"maxParticipants": 1_000_001}}, f"{PLACE}/bbb_options/maxParticipants"),
        ({"jitsi_options": {"muteOnStart": None}}, f"{PLACE}/jitsi_options/muteOnStart"),
    ],
)
def test_options_that_no_provider_takes_are_pointed_at(extra: dict[str, Any], pointer: str) -> None:
    found = extra_fault(extra)

    assert isinstance(found, Fault)
    assert found.pointer == pointer


@pytest.mark.parametrize(
    "extra",
    [
        None,
        {"unheard_of": {"anything": 1}},
        {"bbb_options": None},
        {"bbb_options": {"unheard_of": 1, "welcome": None, "duration": 90}, "jitsi_options": {"muteOnStart": True}},
    ],
)
def test_options_that_may_be_sent(extra: dict[str, Any] | None) -> None:
    assert extra_fault(extra) is None


def test_options_are_kept_over_those_that_were_there() -> None:
    before = {"bbb_options": {"record": True, "duration": 60}, "jitsi_options": {"muteOnStart": True}}

    found = kept_extra({"bbb_options": {"record": False, "unheard_of": 1}, "jitsi_options": None, "x": 1}, before)

    assert found == {"bbb_options": {"record": False, "duration": 60}, "jitsi_options": None}
    assert before["bbb_options"] == {"record": True, "duration": 60}
