"""Commands of the converter (group 2): captures, their trigger, gains, and the voltmeter."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, Literal

from openevent.lab.providers.simulator.board import BUFFER, DONE, Answer, Board, Capture, Command, Commands
from openevent.lab.providers.simulator.inputs import GAINS, counts, input_name, volts_of
from openevent.lab.providers.simulator.signals import edges, moments

_TICKS: Final = 8e6  # of the gap between samples, a second
_TRIGGERED: Final = 0x80
_TWELVE_BITS: Final = 0x80
_PATIENCE: Final = 0.25  # seconds: a trigger that never comes is not waited for longer
_FOLLOWING: Final = ("CH2", "CH3", "MIC")
_INVERTED: Final = ("CH1", "CH2")
_AVERAGED: Final = 16
_MICROSECOND: Final = 1e-6


def settle(board: Board) -> None:
    """Put the samples that have been taken by now into the buffer."""
    capture = board.capture
    if capture is None:
        return
    taken = _taken(board, capture)
    times = moments(capture.begins, capture.gap, taken)
    for number, (name, look, gain) in enumerate(capture.looks):
        place = number * capture.samples
        room = board.buffer[place : place + taken]
        room[:] = counts(name, look(times), capture.bits, gain)[: len(room)]
    if taken == capture.samples:
        board.capture = None


def _taken(board: Board, capture: Capture) -> int:
    since = board.now() - capture.begins
    return max(0, min(capture.samples, int(since / capture.gap)))


def _start(board: Board, names: Sequence[str], samples: int, ticks: int, *, bits: int, triggered: bool) -> Answer:
    looks = tuple((name, board.bench.look(name), board.gains.get(name, 1.0)) for name in names)
    begins = _triggered_at(board, names[0]) if triggered else board.now()
    board.capture = Capture(looks, begins, max(ticks, 1) / _TICKS, min(samples, BUFFER), bits)
    return DONE


def _triggered_at(board: Board, chosen: str) -> float:
    """Return when the trigger fires: where the count falls through its level."""
    index, level = board.trigger
    name = (chosen, *_FOLLOWING)[index]
    volts = volts_of(name, level, 10, board.gains.get(name, 1.0))
    now = board.now()
    times, rising = edges(board.bench.signal(name), volts, now, now + _PATIENCE, 8)
    wanted = times[rising == (name in _INVERTED)]
    return float(wanted[0]) if len(wanted) else now + _PATIENCE


def _capture_one(board: Board, number: int, samples: int, ticks: int) -> Answer:
    name = input_name(number)
    return _start(board, [name], samples, ticks, bits=10, triggered=bool(number & _TRIGGERED))


def _capture_fast(board: Board, number: int, samples: int, ticks: int) -> Answer:
    bits = 12 if number & _TWELVE_BITS else 10
    return _start(board, [input_name(number)], samples, ticks, bits=bits, triggered=False)


def _capture_two(board: Board, number: int, samples: int, ticks: int) -> Answer:
    names = (input_name(number), "CH2")
    return _start(board, names, samples, ticks, bits=10, triggered=bool(number & _TRIGGERED))


def _capture_four(board: Board, number: int, samples: int, ticks: int) -> Answer:
    names = (input_name(number), *_FOLLOWING)
    return _start(board, names, samples, ticks, bits=10, triggered=bool(number & _TRIGGERED))


def _status(board: Board) -> Answer:
    capture = board.capture
    if capture is None:
        return Answer(struct.pack("<BH", 1, 0))
    taken = _taken(board, capture)
    return Answer(struct.pack("<BH", taken == capture.samples, taken))


def _set_trigger(board: Board, which: int, level: int) -> Answer:
    index = (which & 0x0F).bit_length() - 1
    board.trigger = (max(0, index), min(level, 1_023))
    return DONE


def _set_gain(board: Board, channel: int, index: int) -> Answer:
    board.gains["CH1" if channel == 1 else "CH2"] = GAINS[index % len(GAINS)]
    return DONE


def _voltage(board: Board, number: int) -> Answer:
    name = input_name(number)
    times = moments(board.now(), _MICROSECOND, _AVERAGED)
    found = counts(name, board.bench.look(name)(times), 12, board.gains.get(name, 1.0))
    return Answer(struct.pack("<H", int(found.sum())))


def _drive_capacitor(board: Board, level: int, microseconds: int) -> Answer:
    how: Literal["high", "low"] = "high" if level else "low"
    board.bench.capacitor.drive(how, board.now())
    board.bench.clock.spend(microseconds * _MICROSECOND)
    board.bench.capacitor.drive("alone", board.now())
    return DONE


# fmt: off
COMMANDS: Commands = {
    (2, 1):  Command("capture with trigger",  "BHH",  _capture_one),
    (2, 2):  Command("capture two",           "BHH",  _capture_two),
    (2, 3):  Command("capture fast",          "BHH",  _capture_fast),
    (2, 4):  Command("capture four",          "BHH",  _capture_four),
    (2, 5):  Command("trigger",               "BH",   _set_trigger),
    (2, 6):  Command("capture status",        "",     _status),
    (2, 8):  Command("gain",                  "BB",   _set_gain),
    (2, 10): Command("voltage",               "B",    _voltage),
    (2, 21): Command("drive CAP",             "BH",   _drive_capacitor),
}
# fmt: on
