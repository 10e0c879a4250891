from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from openevent.front.rules import by_level, timetable


@dataclass(frozen=True)
class Talk:
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None = None


@dataclass(frozen=True)
class Supporter:
    name: str
    level: int | None
    type: str | None


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 1, hour, minute, tzinfo=UTC)


def shape(rooms, talks):
    """What each row shows: titles for everybody, and (room, rows, titles) for the rest."""
    return [
        (
            slot.starts_at.hour * 100 + slot.starts_at.minute,
            [talk.title for talk in slot.everywhere],
            [(cell.room, cell.rows, [talk.title for talk in cell.sessions]) for cell in slot.cells],
        )
        for slot in timetable(rooms, talks)
    ]


def test_a_room_without_a_session_has_an_empty_cell():
    assert shape(["Hall", "Den"], [Talk("Rails", at(9), at(10), "Hall")]) == [
        (900, [], [("Hall", 1, ["Rails"]), ("Den", 1, [])])
    ]


def test_a_long_session_spans_the_rows_that_begin_before_it_ends():
    talks = [
        Talk("Workshop", at(9), at(11), "Hall"),
        Talk("First", at(9), at(9, 45), "Den"),
        Talk("Second", at(10), at(10, 45), "Den"),
        Talk("Third", at(11), at(12), "Den"),
    ]

    assert shape(["Hall", "Den"], talks) == [
        (900, [], [("Hall", 2, ["Workshop"]), ("Den", 1, ["First"])]),
        (1000, [], [("Den", 1, ["Second"])]),
        (1100, [], [("Hall", 1, []), ("Den", 1, ["Third"])]),
    ]


def test_what_concerns_everybody_takes_its_own_row_and_ends_every_span():
    talks = [
        Talk("Long", at(9), at(13), "Hall"),
        Talk("Lunch", at(12), at(13)),
        Talk("After", at(13), at(14), "Hall"),
    ]

    assert shape(["Hall"], talks) == [
        (900, [], [("Hall", 1, ["Long"])]),
        (1200, ["Lunch"], []),
        (1300, [], [("Hall", 1, ["After"])]),
    ]


def test_sessions_that_overlap_in_one_room_stand_in_one_cell():
    talks = [Talk("A", at(9), at(11), "Hall"), Talk("B", at(10), at(12), "Hall"), Talk("C", at(11), at(12), "Den")]

    assert shape(["Hall", "Den"], talks) == [
        (900, [], [("Hall", 3, ["A", "B"]), ("Den", 1, [])]),
        (1000, [], [("Den", 1, [])]),
        (1100, [], [("Den", 1, ["C"])]),
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from([None, "Hall", "Den", "Attic"])), max_size=25
    )
)
def test_every_session_stands_in_the_table_once_and_every_row_is_full(drawn):
    rooms = ["Hall", "Den", "Attic"]
    talks = [
        Talk(
            str(number),
            at(start),
            datetime(2026, 5, 1 + (start + length) // 24, (start + length) % 24, tzinfo=UTC),
            room,
        )
        for number, (start, length, room) in enumerate(drawn)
    ]

    slots = timetable(rooms, talks)

    shown = [talk for slot in slots for talk in (*slot.everywhere, *(t for cell in slot.cells for t in cell.sessions))]
    assert sorted(talk.title for talk in shown) == sorted(talk.title for talk in talks)
    spans = dict.fromkeys(rooms, 0)
    for slot in slots:
        if slot.everywhere:
            assert set(spans.values()) == {0}
            continue
        spans = {room: max(rows - 1, 0) for room, rows in spans.items()} | {
            cell.room: cell.rows - 1 for cell in slot.cells
        }
        assert len(slot.cells) <= len(rooms)
    assert set(spans.values()) == {0}


def test_sponsors_stand_together_by_level_under_the_name_of_the_level():
    north, south, cafe = Supporter("North", 1, None), Supporter("South", 1, "Gold"), Supporter("Café", None, None)

    assert by_level([north, south, cafe]) == [("Gold", (north, south)), ("Supporters", (cafe,))]
