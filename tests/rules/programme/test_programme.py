from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.programme import rules

STATE = st.sampled_from(rules.STATES)


@given(STATE, STATE)
def test_the_two_tables_are_followed_to_the_letter(state: str, to: str) -> None:
    organizer = rules.may_move(state, to, organizes=True, submitted=False)
    speaker = rules.may_move(state, to, organizes=False, submitted=True)
    both = rules.may_move(state, to, organizes=True, submitted=True)

    assert organizer == (to == state or to in rules.ORGANIZER_MOVES[state])
    assert speaker == (to == state or to in rules.SPEAKER_MOVES[state])
    assert both == (organizer or speaker)


@given(STATE, STATE)
def test_a_stranger_moves_nothing(state: str, to: str) -> None:
    assert rules.may_move(state, to, organizes=False, submitted=False) == (state == to)


def test_every_state_stands_in_both_tables_and_nothing_else() -> None:
    for table in (rules.ORGANIZER_MOVES, rules.SPEAKER_MOVES):
        assert set(table) == set(rules.STATES)
        assert {to for moves in table.values() for to in moves} <= set(rules.STATES)


@pytest.mark.parametrize(
    "colour", ["", "red", "#12", "#1234", "#12345g", "123456", "#1234567", "rgba(0,0,0,1)", "#fff\n"]
)
def test_a_colour_is_hexadecimal(colour: str) -> None:
    fault = rules.colour_fault(colour)

    assert fault is not None
    assert fault.pointer == "/data/attributes/color"


@pytest.mark.parametrize(
    ("colour", "font"), [("#000", "#ffffff"), ("#808080", "#000000"), ("#7f7f7f", "#ffffff"), ("#00f", "#ffffff")]
)
def test_text_can_be_read_on_every_colour(colour: str, font: str) -> None:
    assert rules.font_colour(colour) == font


@pytest.mark.parametrize(
    "length", ["", "30", "1:00", "01:60", "00:00", "aa:bb", "\u0660\u0660:\u0663\u0660", "00:30\n"]
)
def test_a_length_is_hours_and_minutes(length: str) -> None:
    assert rules.length_fault(length) is not None
