"""Commands of the logic analyzer (groups 9 and 10)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt

from openevent.lab.providers.simulator.board import (
    BUFFER,
    CLOCK,
    DONE,
    PRESCALERS,
    Answer,
    Board,
    Command,
    Commands,
    Watch,
)
from openevent.lab.providers.simulator.inputs import PINS, THRESHOLD, pin_name
from openevent.lab.providers.simulator.signals import Signal, edges, sample

_EVENTS: Final = 2_500
_BASE: Final = 0x1000  # where the buffer begins in the board's memory
_FOUR: Final = ("LA1", "LA2", "LA3", "LA4")
_DELAY: Final = 2  # clock cycles from the start of one input's counter to the next one's
_AFTER: Final = 1e-9  # seconds behind an edge, its new level is there
_PATIENCE: Final = 10.0  # seconds that a trigger is waited for
_ANY, _FALLING, _RISING, _FOURTH, _SIXTEENTH = 1, 2, 3, 4, 5
_EVERY: Final = {_RISING: 1, _FOURTH: 4, _SIXTEENTH: 16}
_ONE_TRIGGER: Final = {2: False, 3: True}  # what a trigger's code means: does it rise?
_TWO_TRIGGER: Final = {3: False, 1: True}
_FOUR_TRIGGER: Final = {1: False, 3: True}


def _one(board: Board, _events: int, pin_and_mode: int, trigger: int) -> Answer:
    pins = [pin_name(pin_and_mode >> 4)]
    begins = _triggered_at(board, pin_name(trigger >> 4), _ONE_TRIGGER.get(trigger & 0x0F))
    return _start(board, pins, [pin_and_mode & 0x0F], begins, wide=True)


def _two(board: Board, _events: int, trigger: int, modes: int, pins: int) -> Answer:
    begins = _triggered_at(board, pin_name(trigger >> 4), _TWO_TRIGGER.get(trigger & 0x0F))
    names = [pin_name(pins & 0x0F), pin_name(pins >> 4)]
    return _start(board, names, [modes & 0x0F, modes >> 4], begins, wide=True)


def _four(board: Board, events: int, modes: int, prescaler: int, trigger: int) -> Answer:
    if events == 0:  # this is how drivers set the counter back
        board.watch = None
        return DONE
    pin = next((number for number in range(3) if trigger >> number + 2 & 1), 0)
    begins = _triggered_at(board, pin_name(pin), _FOUR_TRIGGER.get(trigger & 3))
    each = [modes >> 4 * number & 0x0F for number in range(4)]
    return _start(board, _FOUR, each, begins, prescaler=prescaler & 3, wide=False)


def _triggered_at(board: Board, pin: str, rises: bool | None) -> float:  # noqa: FBT001 -- None: no trigger
    now = board.now()
    if rises is None:
        return now
    times, rising = edges(board.bench.signal(pin), THRESHOLD, now, now + _PATIENCE, 4)
    wanted = times[rising == rises]
    return float(wanted[0]) if len(wanted) else now + _PATIENCE


def _start(
    board: Board, pins: Sequence[str], modes: Sequence[int], begins: float, *, prescaler: int = 0, wide: bool
) -> Answer:
    tick = PRESCALERS[prescaler] / CLOCK
    signals = tuple(board.bench.signal(pin) for pin in pins)
    board.watch = Watch(begins, signals, tuple(modes), tick, wide, _states(board, begins))
    board.capture = None
    board.buffer[:] = 0
    return DONE


def _states(board: Board, moment: float) -> int:
    """Return the levels of LA1 to LA4 at a moment, a bit each."""
    return sum(_is_high(board.bench.signal(pin), moment) << number for number, pin in enumerate(PINS[:4]))


def _is_high(signal: Signal, moment: float) -> bool:
    return bool(sample(signal, np.array([moment + _AFTER]))[0] > THRESHOLD)


def _ticks(board: Board, watch: Watch, number: int) -> npt.NDArray[np.int64]:
    """Return the timestamps that one input has by now, in ticks of its counter; 0 would mean that there is none."""
    mode = watch.modes[number]
    most = _EVENTS * 2 * _EVERY.get(mode, 1) + 2
    times, rising = edges(watch.signals[number], THRESHOLD, watch.begins, min(watch.ends, board.now()), most)
    if mode == _FALLING:
        times = times[~rising]
    elif mode in _EVERY:
        every = _EVERY[mode]
        times = times[rising][every - 1 :: every]
    elif mode != _ANY:
        times = times[:0]
    delay = _DELAY * number if watch.tick * CLOCK == 1 else 0
    return np.maximum(np.round((times[:_EVENTS] - watch.begins) / watch.tick).astype(np.int64) - delay, 1)


def settle(board: Board, start: int, number: int) -> None:
    """Put 16-bit timestamps where drivers read them: in the buffer, as far as somebody reads it now."""
    watch = board.watch
    if watch is None or watch.wide or watch.ends < inf:
        return
    for which in range(start // _EVENTS, min((start + number - 1) // _EVENTS + 1, len(watch.signals))):
        found = _ticks(board, watch, which) % 2**16
        board.buffer[_EVENTS * which : _EVENTS * which + len(found)] = np.maximum(found, 1)


def _fetch(board: Board, number: int, which: int) -> Answer:
    room = np.zeros(number, dtype="<u4")
    watch = board.watch
    if watch is not None and watch.wide and which < len(watch.signals):
        found = _ticks(board, watch, which)[:number]
        room[: len(found)] = found
    return Answer(room.tobytes())


def _progress(board: Board) -> Answer:
    watch = board.watch
    words = [0, 0, 0, 0]
    for number in range(len(watch.signals) if watch else 0):
        words[2 * number if watch and watch.wide else number] = len(_ticks(board, watch, number)) if watch else 0
    pointers = [_BASE + 2 * (_EVENTS * number + word) for number, word in enumerate(words)]
    states = watch.states if watch else _states(board, board.now())
    return Answer(struct.pack("<5HBB", _BASE, *pointers, states, states))


def _stop(board: Board) -> Answer:
    """End a recording; what it has recorded stays where it is."""
    if board.watch is not None and board.watch.ends == inf:
        settle(board, 0, BUFFER)
        board.watch = replace(board.watch, ends=board.now())
    return DONE


def _read_states(board: Board) -> Answer:
    return Answer(struct.pack("<B", _states(board, board.now())))


# fmt: off
COMMANDS: Commands = {
    (9, 2):   Command("read pins",        "",      _read_states),
    (10, 15): Command("watch one pin",    "HBB",   _one),
    (10, 5):  Command("watch two pins",   "HBBB",  _two),
    (10, 6):  Command("watch four pins",  "HHBB",  _four),
    (10, 9):  Command("fetch times",      "HB",    _fetch),
    (10, 11): Command("progress",         "",      _progress),
    (10, 17): Command("stop watching",    "",      _stop),
}
# fmt: on
