"""Commands that measure by themselves (group 11): charge, frequency, pulses."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from openevent.lab.providers.simulator.board import CLOCK, DONE, Answer, Board, Command, Commands
from openevent.lab.providers.simulator.inputs import THRESHOLD, counts, pin_name
from openevent.lab.providers.simulator.signals import edges

_CURRENTS: Final = (550e-6, 0.55e-6, 5.5e-6, 55e-6)  # ampere, by range
_MICROSECOND: Final = 1e-6
_PERIODS: Final = 16
_GATE: Final = 0.1  # seconds, of the fast counter
_MOST_PULSES: Final = 2**16
_NO_SIGNAL: Final = 1


def _capacitance(board: Board, current: int, trim: int, microseconds: int) -> Answer:
    amperes = _CURRENTS[current % len(_CURRENTS)] * (100 + _percent(trim)) / 100
    seconds = microseconds * _MICROSECOND
    volts = board.bench.capacitor.charge(amperes, seconds, board.now())
    board.bench.clock.spend(seconds)
    found = counts("CAP", np.array([volts]), 12)
    return Answer(struct.pack("<H", max(int(found[0]), 1)))


def _percent(trim: int) -> float:
    return -2 * (32 - (trim & 0x1F)) if trim & 0x20 else 2 * trim


def _driven_voltage(board: Board, _what: int) -> Answer:
    found = counts("CAP", np.array([board.bench.capacitor.volts_at(board.now())]), 12)
    return Answer(struct.pack("<H", int(found[0]) * 16))


def _frequency(board: Board, timeout: int, pin: int) -> Answer:
    now = board.now()
    until = now + timeout * 2**16 / CLOCK
    times, rising = edges(board.bench.signal(pin_name(pin)), THRESHOLD, now, until, 2 * _PERIODS + 4)
    rises = times[rising]
    if len(rises) <= _PERIODS:
        return Answer(struct.pack("<BII", _NO_SIGNAL, 0, 0))
    first, last = (round((moment - now) * CLOCK) for moment in (rises[0], rises[_PERIODS]))
    return Answer(struct.pack("<BII", 0, first, last))


def _high_frequency(board: Board, pin: int) -> Answer:
    board.bench.clock.spend(_GATE)
    signal = board.bench.signal(pin_name(pin))
    seen = signal.frequency if signal.crossings(THRESHOLD) else 0.0
    return Answer(struct.pack("<BI", 1, round(seen * _GATE)))


def _count(board: Board, pin: int) -> Answer:
    board.counting = (board.bench.signal(pin_name(pin)), board.now())
    return DONE


def _counted(board: Board) -> Answer:
    signal, since = board.counting
    rises = sum(rising for _, rising in signal.crossings(THRESHOLD))
    pulses = int((board.now() - since) * signal.frequency * rises)
    return Answer(struct.pack("<H", pulses % _MOST_PULSES))


# fmt: off
COMMANDS: Commands = {
    (11, 1):  Command("driven voltage",  "B",    _driven_voltage),
    (11, 2):  Command("capacitance",     "BBH",  _capacitance),
    (11, 3):  Command("frequency",       "HB",   _frequency),
    (11, 20): Command("high frequency",  "B",    _high_frequency),
    (11, 25): Command("count pulses",    "B",    _count),
    (11, 26): Command("counted pulses",  "",     _counted),
}
# fmt: on
