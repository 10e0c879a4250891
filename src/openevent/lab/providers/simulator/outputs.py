"""Commands of the outputs: supplies (group 6), waves and square waves (7), pins held high or low (8)."""

from __future__ import annotations

from typing import Final

import numpy as np

from openevent.lab.providers.simulator.board import CLOCK, DONE, PRESCALERS, Answer, Board, Command, Commands
from openevent.lab.providers.simulator.signals import HIGH, Array, Level, Pulse, Table

_STEPS: Final = 3_300
_SUPPLIES: Final = (  # name, value at 0, value at the last step
    ("PCS", 3.3e-3, 0.0),
    ("PV3", 0.0, 3.3),
    ("PV2", -3.3, 3.3),
    ("PV1", -5.0, 5.0),
)
_FINE: Final = 512
_COARSE: Final = 32
_SWING: Final = 3.3
_PINS: Final = ("SQ1", "SQ2", "SQ3", "SQ4")
_REFERENCE: Final = 128e6


def switch_on(board: Board) -> None:
    """Bring the outputs into the state of a board that has just got power."""
    for size in (_FINE, _COARSE):
        for name in ("SI1", "SI2"):
            board.tables[name, size == _FINE] = _SWING * np.sin(2 * np.pi * np.arange(size) / size)
    for name, _, _ in _SUPPLIES:
        board.bench.drive(name, Level(0.0))


def _set_power(board: Board, channel: int, step: int) -> Answer:
    name, first, last = _SUPPLIES[channel % len(_SUPPLIES)]
    board.bench.drive(name, Level(first + (last - first) * min(step, _STEPS) / _STEPS))
    return DONE


def _wave(
    board: Board, name: str, *, fine: bool, prescaler: int, gap: int, now: float | None = None, ahead: float = 0.0
) -> None:
    table = board.tables[name, fine]
    frequency = CLOCK / (gap + 1) / PRESCALERS[prescaler] / len(table)
    begins = board.now() if now is None else now
    board.bench.drive(name, Table(table, frequency, begins - ahead / frequency))


def _sine1(board: Board, flags: int, gap: int) -> Answer:
    _wave(board, "SI1", fine=bool(flags & 1), prescaler=flags >> 1 & 3, gap=gap)
    return DONE


def _sine2(board: Board, flags: int, gap: int) -> Answer:
    _wave(board, "SI2", fine=bool(flags & 1), prescaler=flags >> 1 & 3, gap=gap)
    return DONE


def _both(board: Board, *numbers: int) -> Answer:
    gap1, gap2, coarse, fine, flags = numbers
    size2 = _FINE if flags & 2 else _COARSE
    ahead = (coarse + fine / (gap2 + 1)) / size2
    now = board.now()
    _wave(board, "SI1", fine=bool(flags & 1), prescaler=flags >> 2 & 3, gap=gap1, now=now)
    _wave(board, "SI2", fine=bool(flags & 2), prescaler=flags >> 4 & 3, gap=gap2, now=now, ahead=ahead)
    return DONE


def _load(board: Board, name: str, data: bytes) -> Answer:
    fine = np.frombuffer(data, dtype="<u2", count=_FINE)
    coarse = np.frombuffer(data, dtype=np.uint8, offset=2 * _FINE)
    board.tables[name, True] = _volts(fine.astype(float), _FINE - 1)
    board.tables[name, False] = _volts(coarse.astype(float), 2 * _COARSE - 1)
    _reload(board, name)
    return DONE


def _reload(board: Board, name: str) -> None:
    """Let an output that is at work go on with its new table."""
    running = board.bench.output(name)
    if isinstance(running, Table):
        table = board.tables[name, len(running.points) == _FINE]
        board.bench.drive(name, Table(table, running.frequency, running.origin))


def _volts(counts: Array, highest: int) -> Array:
    return (2 * counts / highest - 1) * _SWING


def _load1(board: Board, data: bytes) -> Answer:
    return _load(board, "SI1", data)


def _load2(board: Board, data: bytes) -> Answer:
    return _load(board, "SI2", data)


def _table_bytes() -> int:
    return 2 * _FINE + _COARSE


def _pwm(board: Board, period: int, *rest: int) -> Answer:
    *places, flags = rest
    ticks = period + 1
    frequency = CLOCK / PRESCALERS[flags & 3] / ticks
    now = board.now()
    for name, rise, fall in zip(_PINS, (0, *places[1::2]), (places[0], *places[2::2]), strict=True):
        board.bench.drive(name, Pulse(_part(rise, ticks), _part(fall, ticks), frequency, now))
    return DONE


def _part(place: int, ticks: int) -> float:
    return 0.0 if place == 0 else (place + 1) / ticks % 1.0


def _reference(board: Board, pins: int, prescaler: int) -> Answer:
    frequency = _REFERENCE / 2 ** (prescaler & 15)
    for number, name in enumerate(_PINS):
        if pins >> number & 1:
            board.bench.drive(name, Pulse(0.0, 0.5, frequency, board.now()))
    return DONE


def _state(board: Board, bits: int) -> Answer:
    for number, name in enumerate(_PINS):
        if bits >> number & 0x10:
            board.bench.drive(name, Level(HIGH if bits >> number & 1 else 0.0))
    return DONE


# fmt: off
COMMANDS: Commands = {
    (6, 3):   Command("power",            "BH",        _set_power),
    (7, 13):  Command("sine 1",           "BH",        _sine1),
    (7, 14):  Command("sine 2",           "BH",        _sine2),
    (7, 9):   Command("both sines",       "HHHHB",     _both),
    (7, 15):  Command("table 1",          "",          _load1, _table_bytes),
    (7, 16):  Command("table 2",          "",          _load2, _table_bytes),
    (7, 7):   Command("square waves",     "HHHHHHHHB", _pwm),
    (7, 8):   Command("reference clock",  "BB",        _reference),
    (8, 1):   Command("pins",             "B",         _state),
}
# fmt: on
