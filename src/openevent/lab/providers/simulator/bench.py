"""The virtual bench: what comes out of outputs reaches inputs over wires and parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from openevent.lab.providers.simulator.capacitor import Capacitor
from openevent.lab.providers.simulator.clock import BenchClock
from openevent.lab.providers.simulator.signals import Array, Level, Signal, filtered, sample, scaled
from openevent.lab.providers.simulator.wiring import USUAL_CHIPS, USUAL_WIRES, Wire, Wiring

PULL_UP: Final = 5_100.0  # ohm, between RES and the supply
SUPPLY: Final = 3.3
_INPUT_OHMS: Final[Mapping[str, float]] = {"CH1": 1e6, "CH2": 1e6}
_NOTHING: Final = Level(0.0)

Look = Callable[[Array], Array]


class Bench:
    """Outputs, wires and inputs. Whoever drives an output says how; whoever reads an input says when."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.clock = BenchClock(hurry=wiring.hurry)
        self.capacitor = Capacitor(wiring.capacitor)
        self.random = np.random.default_rng(wiring.seed)
        chips = USUAL_CHIPS if wiring.chips is None else wiring.chips
        self.chips = {one.address: _memory(one.registers) for one in chips}
        self._wires = {wire.to: wire for wire in (USUAL_WIRES if wiring.wires is None else wiring.wires)}
        self._outputs: dict[str, Signal] = {}
        self._inputs: dict[str, Signal] = {}

    def drive(self, output: str, signal: Signal) -> None:
        """Let an output give a signal from now on."""
        self._outputs[output] = signal
        self._inputs.clear()

    def output(self, name: str) -> Signal:
        """Return what an output gives now."""
        return self._outputs.get(name, _NOTHING)

    def signal(self, name: str) -> Signal:
        """Return what arrives at an input, as it is driven now."""
        found = self._inputs.get(name)
        if found is None:
            found = self._inputs[name] = self._arriving(name)
        return found

    def _arriving(self, name: str) -> Signal:
        wire = self._wires.get(name)
        if wire is not None:
            return self._behind(wire, self.output(wire.source))
        if name == "RES":
            return Level(_divided(self.wiring.resistor))
        return Level(next((volts for at, volts in self.wiring.volts.items() if at == name), 0.0))

    def _behind(self, wire: Wire, signal: Signal) -> Signal:
        if wire.source == "PCS":
            return scaled(signal, wire.ohm)
        if wire.ohm and wire.farad:
            return filtered(signal, wire.ohm * wire.farad, wire.filter)
        resistance = _INPUT_OHMS.get(wire.to)
        return scaled(signal, resistance / (resistance + wire.ohm)) if resistance and wire.ohm else signal

    def look(self, name: str) -> Look:
        """Return a function that tells the volts at an input at moments, as it is driven now."""
        if name == "CAP" and "CAP" not in self._wires:
            return self.capacitor.volts  # its noise is below one step of the converter
        signal = self.signal(name)
        return lambda times: sample(signal, times) + self.random.normal(0.0, self.wiring.noise, times.shape)


def _divided(ohm: float | None) -> float:
    return SUPPLY if ohm is None else SUPPLY * ohm / (ohm + PULL_UP)


def _memory(registers: Mapping[str, list[int]]) -> bytearray:
    memory = bytearray(256)
    for place, content in registers.items():
        for offset, byte in enumerate(content):
            memory[(int(place) + offset) % 256] = byte
    return memory
