"""What no single argument can tell: how many points fit, how fast several inputs can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openevent.lab.rules.functions.kinds import ArgumentOutOfRange, ArgumentWrong

BUFFER: Final = 10_000  # points that the device keeps, of all inputs together
SHORTEST_GAPS: Final = {1: 0.5, 2: 0.875, 3: 1.75, 4: 1.75}  # µs
TRIGGERED_GAP: Final = 0.75
TRIGGERS: Final = ("CH1", "CH2", "CH3", "MIC")
REFERENCE: Final = 128e6  # Hz
FASTEST_CLOCK: Final = 4  # 8 MHz: what pins and wires still carry
LONGEST_SECONDS: Final = 10.0


def check_capture(arguments: Mapping[str, Any]) -> None:
    """Refuse what the buffer, the converter or a person's patience cannot hold.

    >>> check_capture({"channels": 1, "samples": 100, "timegap": 10.0, "trigger": 1.0, "trigger_channel": "CH2"})
    Traceback (most recent call last):
    openevent.lab.rules.functions.kinds.ArgumentWrong: Only an input that is recorded can be waited for.
    """
    if arguments["trigger"] is not None and TRIGGERS.index(arguments["trigger_channel"]) >= arguments["channels"]:
        raise ArgumentWrong("Only an input that is recorded can be waited for.", argument="trigger_channel")
    _check(arguments["channels"], arguments)


def check_one(arguments: Mapping[str, Any]) -> None:
    """Refuse the same for one named input; only four inputs have a trigger.

    >>> check_one({"channel": "VOL", "samples": 100, "timegap": 10.0, "trigger": 1.0})
    Traceback (most recent call last):
    openevent.lab.rules.functions.kinds.ArgumentWrong: Only CH1, CH2, CH3, MIC can be waited for.
    """
    if arguments["trigger"] is not None and arguments["channel"] not in TRIGGERS:
        raise ArgumentWrong(f"Only {', '.join(TRIGGERS)} can be waited for.", argument="trigger")
    _check(1, arguments)


def check_two(arguments: Mapping[str, Any]) -> None:
    """Refuse the same for two inputs."""
    _check(2, arguments)


def check_four(arguments: Mapping[str, Any]) -> None:
    """Refuse the same for four inputs."""
    _check(4, arguments)


def _check(channels: int, arguments: Mapping[str, Any]) -> None:
    samples, gap = arguments["samples"], arguments["timegap"]
    if samples * channels > BUFFER:
        raise ArgumentOutOfRange(f"{channels} inputs have room for {BUFFER // channels} samples.", argument="samples")
    shortest = SHORTEST_GAPS[channels]
    if arguments["trigger"] is not None:
        shortest = max(shortest, TRIGGERED_GAP)
    if gap < shortest:
        raise ArgumentOutOfRange(f"timegap must be at least {shortest:g} µs here.", argument="timegap")
    if samples * gap > LONGEST_SECONDS * 1e6:
        raise ArgumentOutOfRange(f"A capture lasts {LONGEST_SECONDS:g} seconds at most.", argument="timegap")


def check_clock(arguments: Mapping[str, Any]) -> None:
    """Refuse clocks that are faster than wires on a bench carry."""
    if arguments["prescaler"] < FASTEST_CLOCK:
        raise ArgumentOutOfRange(f"prescaler must be at least {FASTEST_CLOCK}.", argument="prescaler")


def clock_frequency(arguments: Mapping[str, Any]) -> float:
    """Return the frequency in Hz of the device's own clock, divided.

    >>> clock_frequency({"prescaler": 7})
    1000000.0
    """
    return REFERENCE / 2 ** arguments["prescaler"]


def check_bytes(arguments: Mapping[str, Any]) -> None:
    """Refuse what is no byte."""
    if not all(one.is_integer() for one in arguments["data"]):
        raise ArgumentWrong("data must be whole numbers from 0 to 255.", argument="data")
