"""The allow-list: every function that a device can be asked for, with its arguments, ranges, units and words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from openevent.lab.rules.functions import captures
from openevent.lab.rules.functions.kinds import Argument, Function

ANALOG: Final = ("CH1", "CH2", "CH3", "MIC", "CAP", "RES", "VOL", "AN4")
DIGITAL: Final = ("LA1", "LA2", "LA3", "LA4")
WAVES: Final = ("SI1", "SI2")
SQUARES: Final = ("SQ1", "SQ2", "SQ3", "SQ4")
RANGES: Final = (16, 8, 4, 3, 2, 1.5, 1, 0.5)  # volts either way, CH1 and CH2
MODES: Final = ("any", "rising", "falling", "four rising", "sixteen rising")
_OLD_INPUTS: Final = {"SEN": "RES", "AN8": "VOL"}
_OLD_DIGITAL: Final = {f"ID{number}": f"LA{number}" for number in range(1, 5)}
_OLD_SQUARES: Final = {f"SQR{number}": f"SQ{number}" for number in range(1, 5)}

_SAMPLES = Argument("samples", "integer", "", 2, 10_000, default=200.0, doc="How many points.", limit="samples")
_TIMEGAP = Argument("timegap", "number", "µs", 0.5, 8_000, default=10.0, doc="Time from one point to the next.")
_TRIGGER = Argument("trigger", "number", "V", -16.5, 16.5, default=None, doc="Begin when the input rises through this.")
_INPUT = Argument("channel", "choice", choices=ANALOG, default="CH1", doc="The input to look at.", also=_OLD_INPUTS)
_TIMEOUT = Argument("timeout", "number", "s", 0.01, 10, default=1.0, doc="The longest wait.", limit="seconds")
_LOGIC = Argument("channel", "choice", choices=DIGITAL, default="LA1", doc="The digital input.", also=_OLD_DIGITAL)
_EVENTS = Argument("events", "integer", "", 1, 2_500, default=100.0, doc="How many changes of level, each input.")
_MODE = Argument("mode", "choice", choices=MODES, default="any", doc="Which changes count.")
_WAVE = Argument("channel", "choice", choices=WAVES, doc="The output.")
_FREQUENCY = Argument("frequency", "number", "Hz", 0.1, 100_000, doc="How often a second.", limit="wave_frequency")
_PWM = Argument("frequency", "number", "Hz", 4, 10_000_000, doc="How often a second.", limit="pwm_frequency")
_SQUARE = Argument("channel", "choice", choices=SQUARES, doc="The output.", also=_OLD_SQUARES)
_ADDRESS = Argument("address", "integer", "", 0, 127, doc="The chip's address on the bus.")
_REGISTER = Argument("register", "integer", "", 0, 255, default=0.0, doc="Where in the chip.")


def _volts(name: str, lowest: float, highest: float) -> Argument:
    return Argument("volts", "number", "V", lowest, highest, doc="The voltage wanted.", limit=name)


def _duty(number: int) -> Argument:
    return Argument(f"duty{number}", "number", "", 0, 1, default=0.5, doc=f"Share of the time that SQ{number} is high.")


def _phase(number: int) -> Argument:
    return Argument(f"phase{number}", "number", "", 0, 1, default=0.0, doc=f"How much later SQ{number} begins.")


def _level(number: int) -> Argument:
    return Argument(
        f"sq{number}", "integer", "", 0, 1, default=None, doc=f"1 for high, 0 for low; open: SQ{number} stays."
    )


_SCOPE = (
    Function(
        "capture",
        "oscilloscope",
        (
            Argument("channels", "integer", "", 1, 4, default=1.0, doc="How many inputs: CH1, CH2, CH3, MIC."),
            _SAMPLES,
            _TIMEGAP,
            _TRIGGER,
            Argument(
                "trigger_channel", "choice", choices=captures.TRIGGERS, default="CH1", doc="The input that has to rise."
            ),
        ),
        "series",
        "V",
        "Record up to four inputs at once: the time, and a column of volts for each.",
        check=captures.check_capture,
    ),
    Function(
        "capture1",
        "oscilloscope",
        (_INPUT, _SAMPLES, _TIMEGAP, _TRIGGER),
        "series",
        "V",
        "Record one input.",
        check=captures.check_one,
    ),
    Function(
        "capture2",
        "oscilloscope",
        (_SAMPLES, _TIMEGAP, _TRIGGER),
        "series",
        "V",
        "Record CH1 and CH2 at once.",
        check=captures.check_two,
    ),
    Function(
        "capture4",
        "oscilloscope",
        (_SAMPLES, _TIMEGAP, _TRIGGER),
        "series",
        "V",
        "Record CH1, CH2, CH3 and MIC at once.",
        check=captures.check_four,
    ),
    Function(
        "set_range",
        "oscilloscope",
        (
            Argument("channel", "choice", choices=("CH1", "CH2"), doc="The input."),
            Argument("volts", "choice", "V", choices=RANGES, doc="The highest voltage either way."),
        ),
        "nothing",
        "",
        "Choose how sensitive CH1 or CH2 is.",
    ),
)

_METER = (
    Function(
        "get_voltage",
        "multimeter",
        (replace(_INPUT, default="VOL"),),
        "number",
        "V",
        "Measure the voltage at an input; CH1 and CH2 choose their range themselves.",
    ),
    Function("get_resistance", "multimeter", (), "number", "Ω", "Measure the resistor between RES and ground."),
    Function("get_capacitance", "multimeter", (), "number", "F", "Measure the capacitor between CAP and ground."),
)

_POWER = (
    Function("set_pv1", "power", (_volts("pv1", -5, 5),), "number", "V", "Set the supply PV1.", drives=True),
    Function("set_pv2", "power", (_volts("pv2", -3.3, 3.3),), "number", "V", "Set the supply PV2.", drives=True),
    Function("set_pv3", "power", (_volts("pv3", 0, 3.3),), "number", "V", "Set the supply PV3.", drives=True),
    Function(
        "set_pcs",
        "power",
        (Argument("current", "number", "mA", 0, 3.3, doc="The current wanted.", limit="pcs"),),
        "number",
        "mA",
        "Set the current source PCS.",
        drives=True,
    ),
    Function(
        "get_power",
        "power",
        (),
        "numbers",
        "",
        "Return what was set last: PV1, PV2, PV3 in volts, PCS in milliamperes.",
    ),
)

_WAVES = (
    Function(
        "set_sine",
        "waves",
        (_WAVE, _FREQUENCY),
        "number",
        "Hz",
        "Put a sine on an output; returns the frequency that it really has.",
        drives=True,
    ),
    Function(
        "set_sine1", "waves", (_FREQUENCY,), "number", "Hz", "Put a sine on SI1.", drives=True, stands_for="set_sine"
    ),
    Function(
        "set_sine2", "waves", (_FREQUENCY,), "number", "Hz", "Put a sine on SI2.", drives=True, stands_for="set_sine"
    ),
    Function(
        "set_wave",
        "waves",
        (
            _WAVE,
            _FREQUENCY,
            Argument("shape", "choice", choices=("sine", "triangle"), default="sine", doc="The shape of the wave."),
        ),
        "number",
        "Hz",
        "Put a sine or a triangle on an output.",
        drives=True,
    ),
    Function(
        "set_waves",
        "waves",
        (
            _FREQUENCY,
            Argument("phase", "number", "°", 0, 360, default=0.0, doc="How much later SI2 begins."),
            replace(_FREQUENCY, name="frequency2", default=None, doc="The frequency of SI2; open: the same."),
        ),
        "numbers",
        "Hz",
        "Start SI1 and SI2 at one moment, with a phase between them.",
        drives=True,
    ),
    Function(
        "set_table",
        "waves",
        (
            _WAVE,
            _FREQUENCY,
            Argument("points", "numbers", "V", -3.3, 3.3, doc="The volts of one period, evenly spaced."),
        ),
        "number",
        "Hz",
        "Put a wave of any shape on an output.",
        drives=True,
    ),
    Function("stop_wave", "waves", (_WAVE,), "nothing", "", "Hold an output at 0 V.", drives=True),
)

_PWM_OUTPUTS = (
    Function(
        "set_square",
        "pwm",
        (_SQUARE, _PWM, Argument("duty", "number", "", 0, 1, default=0.5, doc="Share of the time that it is high.")),
        "number",
        "Hz",
        "Put a square wave on an output; all four outputs share one frequency.",
        drives=True,
    ),
    Function(
        "set_pwm",
        "pwm",
        (_PWM, _duty(1), _duty(2), _duty(3), _duty(4), _phase(2), _phase(3), _phase(4)),
        "number",
        "Hz",
        "Put square waves on all four outputs.",
        drives=True,
    ),
    Function(
        "set_state",
        "pwm",
        (_level(1), _level(2), _level(3), _level(4)),
        "nothing",
        "",
        "Hold outputs high or low.",
        drives=True,
    ),
    Function(
        "set_clock",
        "pwm",
        (_SQUARE, Argument("prescaler", "integer", "", 0, 15, doc="128 MHz divided by 2 to this power.")),
        "number",
        "Hz",
        "Put the device's own clock on an output.",
        drives=True,
        check=captures.check_clock,
        implied=(Argument("frequency", "number", "Hz", limit="pwm_frequency"), captures.clock_frequency),
    ),
)

_LOGIC_INPUTS = (
    Function(
        "logic_capture",
        "logic",
        (
            Argument("channels", "integer", "", 1, 4, default=1.0, doc="How many inputs: LA1 to LA4."),
            _EVENTS,
            _TIMEOUT,
            Argument(
                "longest_gap",
                "number",
                "µs",
                1,
                260_000,
                default=1_000.0,
                doc="With three or four inputs: the longest time between two changes of one.",
            ),
        ),
        "series",
        "",
        "Record the levels of digital inputs: the time in µs, and a column of 0 and 1 for each.",
    ),
    Function(
        "get_edges",
        "logic",
        (_LOGIC, _EVENTS, _TIMEOUT, _MODE),
        "numbers",
        "µs",
        "Record when an input changes its level.",
    ),
    Function("get_states", "logic", (), "numbers", "", "Return the levels of LA1 to LA4 now, 0 or 1."),
    Function("get_frequency", "logic", (_LOGIC, _TIMEOUT), "number", "Hz", "Measure the frequency at a digital input."),
    Function(
        "get_freq",
        "logic",
        (_LOGIC, _TIMEOUT),
        "number",
        "Hz",
        "Measure the frequency at a digital input.",
        stands_for="get_frequency",
    ),
    Function(
        "get_duty_cycle",
        "logic",
        (_LOGIC, _TIMEOUT),
        "numbers",
        "",
        "Measure the period in µs, and the share of it that the input is high.",
    ),
    Function(
        "get_interval",
        "logic",
        (
            replace(_LOGIC, name="channel1"),
            replace(_LOGIC, name="channel2", default="LA2"),
            replace(_MODE, name="mode1", choices=MODES[:3], default="rising"),
            replace(_MODE, name="mode2", choices=MODES[:3], default="rising"),
            _TIMEOUT,
        ),
        "number",
        "µs",
        "Measure the time from a change at one input to a change at another.",
    ),
    Function(
        "count_pulses",
        "logic",
        (
            _LOGIC,
            Argument("interval", "number", "s", 0.01, 10, default=1.0, doc="How long to count.", limit="seconds"),
        ),
        "number",
        "",
        "Count the rising edges at an input.",
    ),
)

_I2C = (
    Function("i2c_scan", "i2c", (), "numbers", "", "Return the addresses of the chips that answer on the bus."),
    Function(
        "i2c_read",
        "i2c",
        (_ADDRESS, Argument("bytes", "integer", "", 1, 64, default=1.0, doc="How many."), _REGISTER),
        "numbers",
        "",
        "Read bytes from a chip.",
    ),
    Function(
        "i2c_write",
        "i2c",
        (_ADDRESS, Argument("data", "numbers", "", 0, 255, doc="The bytes."), _REGISTER),
        "nothing",
        "",
        "Write bytes into a chip.",
        drives=True,
        check=captures.check_bytes,
    ),
)

_DEVICE = (
    Function("get_version", "device", (), "text", "", "Return what the device says it is."),
    Function(
        "reset",
        "device",
        (),
        "nothing",
        "",
        "Make everything safe: generators off, supplies at 0 V, pins low.",
        drives=True,
    ),
)

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {one.name: one for one in (*_SCOPE, *_METER, *_POWER, *_WAVES, *_PWM_OUTPUTS, *_LOGIC_INPUTS, *_I2C, *_DEVICE)}
)
