"""What drives: supplies, waves, square waves, and chips on the I2C bus, on the driver."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from pslab import PowerSupply, PWMGenerator, WaveformGenerator
from pslab.bus.i2c import I2CMaster, I2CSlave

from openevent.lab.providers.owner.links import Link
from openevent.lab.providers.owner.measuring import Arguments, number, numbers
from openevent.lab.rules.functions.captures import clock_frequency
from openevent.lab.rules.values import Value

_WAVES: Final = ("SI1", "SI2")
_SQUARES: Final = ("SQ1", "SQ2", "SQ3", "SQ4")
_POINTS: Final = 512
_MILLI: Final = 1e-3
_SHAPES: Final = {"sine": "sine", "triangle": "tria"}


class Driving:
    """Everything that comes out of the device. `make_safe` is where it begins, and ends."""

    def __init__(self, link: Link) -> None:
        self._link: Any = link
        self._power: Any = PowerSupply(link)
        self._waves: Any = WaveformGenerator(link)
        self._squares: Any = PWMGenerator(link)
        self._shapes: dict[str, str] = dict.fromkeys(_WAVES, "")

    def make_safe(self) -> None:
        """Bring supplies to 0 V and 0 mA, pins to low, and waves to a flat line."""
        self._power.pv1 = self._power.pv2 = self._power.pv3 = self._power.pcs = 0.0
        self._squares.set_state(sq1=False, sq2=False, sq3=False, sq4=False)
        for channel in _WAVES:
            self.stop_wave({"channel": channel})

    def set_pv1(self, given: Arguments) -> Value:
        """Set PV1."""
        self._power.pv1 = given["volts"]
        return number(self._power.pv1, "V", "unknown")

    def set_pv2(self, given: Arguments) -> Value:
        """Set PV2."""
        self._power.pv2 = given["volts"]
        return number(self._power.pv2, "V", "unknown")

    def set_pv3(self, given: Arguments) -> Value:
        """Set PV3."""
        self._power.pv3 = given["volts"]
        return number(self._power.pv3, "V", "unknown")

    def set_pcs(self, given: Arguments) -> Value:
        """Set the current source."""
        self._power.pcs = given["current"] * _MILLI
        return number(given["current"], "mA", "unknown")

    def get_power(self, _given: Arguments) -> Value:
        """Return what was set last."""
        power = self._power
        return numbers((power.pv1, power.pv2, power.pv3, power.pcs / _MILLI))

    def set_sine(self, given: Arguments) -> Value:
        """Put a sine on an output."""
        return self._started(given["channel"], given["frequency"], "sine")

    def set_sine1(self, given: Arguments) -> Value:
        """Put a sine on SI1."""
        return self._started("SI1", given["frequency"], "sine")

    def set_sine2(self, given: Arguments) -> Value:
        """Put a sine on SI2."""
        return self._started("SI2", given["frequency"], "sine")

    def set_wave(self, given: Arguments) -> Value:
        """Put a sine or a triangle on an output."""
        return self._started(given["channel"], given["frequency"], given["shape"])

    def _started(self, channel: str, frequency: float, shape: str) -> Value:
        self._shape(channel, shape)
        return number(self._waves.generate(channel, frequency)[0], "Hz", "unknown")

    def _shape(self, channel: str, shape: str) -> None:
        if self._shapes[channel] != shape:
            self._shapes[channel] = ""
            self._waves.load_function(channel, _SHAPES[shape])
            self._shapes[channel] = shape

    def set_waves(self, given: Arguments) -> Value:
        """Start both waves at one moment; an output without a shape gets a sine."""
        for channel in _WAVES:
            self._shape(channel, self._shapes[channel] or "sine")
        second = given["frequency2"] or given["frequency"]
        return numbers(self._waves.generate(list(_WAVES), [given["frequency"], second], given["phase"] % 360), "Hz")

    def set_table(self, given: Arguments) -> Value:
        """Put any shape on an output."""
        points = np.asarray(given["points"], dtype=float)
        places = np.arange(_POINTS) * len(points) / _POINTS
        evenly = np.interp(places, np.arange(len(points) + 1), np.append(points, points[0]))
        self._load(given["channel"], evenly)
        return number(self._waves.generate(given["channel"], given["frequency"])[0], "Hz", "unknown")

    def stop_wave(self, given: Arguments) -> Value:
        """Hold an output at 0 V: the generator cannot be stopped, but its table can be flat."""
        self._load(given["channel"], np.zeros(_POINTS))
        return Value("nothing")

    def _load(self, channel: str, points: Any) -> None:  # noqa: ANN401 -- numpy
        self._shapes[channel] = ""
        self._waves.load_table(channel, points)

    def set_square(self, given: Arguments) -> Value:
        """Put a square wave on one output."""
        self._squares.generate(given["channel"], given["frequency"], given["duty"])
        return number(self._squares.frequency, "Hz", "unknown")

    def set_pwm(self, given: Arguments) -> Value:
        """Put square waves on all outputs."""
        duties = [given[f"duty{index}"] for index in range(1, 5)]
        phases = [0.0, *(given[f"phase{index}"] for index in range(2, 5))]
        self._squares.generate(list(_SQUARES), given["frequency"], duties, phases)
        return number(self._squares.frequency, "Hz", "unknown")

    def set_state(self, given: Arguments) -> Value:
        """Hold outputs high or low."""
        levels = {name: None if level is None else bool(level) for name, level in given.items()}
        self._squares.set_state(**levels)
        return Value("nothing")

    def set_clock(self, given: Arguments) -> Value:
        """Put the device's clock on an output."""
        self._squares.map_reference_clock([given["channel"]], given["prescaler"])
        return number(clock_frequency(given), "Hz", "unknown")

    def i2c_scan(self, _given: Arguments) -> Value:
        """Return the addresses that answer."""
        return numbers(I2CMaster(self._link).scan())

    def i2c_read(self, given: Arguments) -> Value:
        """Read bytes of a chip; none when no chip answers."""
        chip = self._chip(given)
        if chip is None:
            return Value("numbers", text="no chip answers")
        return numbers(chip.read(given["bytes"], given["register"]))

    def i2c_write(self, given: Arguments) -> Value:
        """Write bytes into a chip."""
        chip = self._chip(given)
        if chip is None:
            return Value("nothing", text="no chip answers")
        chip.write(bytes(int(one) for one in given["data"]), given["register"])
        return Value("nothing")

    def _chip(self, given: Arguments) -> Any | None:  # noqa: ANN401 -- the driver's
        chip = I2CSlave(given["address"], self._link)
        return chip if chip.ping() else None
