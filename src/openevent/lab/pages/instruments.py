"""The panels: what they are called, how they look in a list, and which functions they use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET, Struct

from openevent.lab.rules.functions import FUNCTIONS, Argument, Function, Limits


class Panel(Struct, frozen=True):
    """One instrument: its template, and the functions that its forms may call."""

    title: str
    template: str
    functions: tuple[str, ...]
    icon: str  # an SVG path in 48 by 32


_WAVE = "M2 16C6 2 12 2 16 16S26 30 30 16 40 2 46 16"

# fmt: off
PANELS: Final[Mapping[str, Panel]] = {
    "multimeter": Panel(
        "Multimeter", "meter", ("get_voltage", "get_resistance", "get_capacitance"),
        "M6 27A18 18 0 0 1 42 27M24 27 34 11M6 27H42",
    ),
    "oscilloscope": Panel(
        "Oscilloscope", "scope", ("capture", "set_range"), f"{_WAVE}M2 2V30M2 30H46",
    ),
    "waves": Panel(
        "Waves and PWM", "outputs", ("set_wave", "set_waves", "stop_wave", "set_square", "set_pwm", "set_state"),
        "M2 26H10V6H18V26H26V6H34V26H42V6H46",
    ),
    "power": Panel(
        "Power", "outputs", ("set_pv1", "set_pv2", "set_pv3", "set_pcs", "get_power", "reset"),
        "M20 4V28M28 10V22M2 16H20M28 16H46",
    ),
    "logic": Panel(
        "Logic analyzer", "logic", ("logic_capture", "get_states", "get_frequency", "get_duty_cycle", "count_pulses"),
        "M2 12H10V4H22V12H30V4H38V12H46M2 28H16V20H34V28H46",
    ),
}

_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    # function: title of its form, word on its button
    "set_wave": ("Wave", "Set"),
    "set_waves": ("Two waves with a phase", "Set"),
    "stop_wave": ("Stop a wave", "Stop"),
    "set_square": ("Square wave", "Set"),
    "set_pwm": ("PWM on all four outputs", "Set"),
    "set_state": ("Levels", "Set"),
    "set_pv1": ("PV1", "Set"),
    "set_pv2": ("PV2", "Set"),
    "set_pv3": ("PV3", "Set"),
    "set_pcs": ("PCS, the current source", "Set"),
    "get_power": ("What is set", "Read"),
    "reset": ("Everything off", "Reset"),
    "get_states": ("Levels now", "Read"),
    "get_frequency": ("Frequency", "Measure"),
    "get_duty_cycle": ("Duty cycle", "Measure"),
    "count_pulses": ("Pulses", "Count"),
}
# fmt: on
INSTRUMENTS: Final[Mapping[str, str]] = {
    "multimeter": "Multimeter",
    "oscilloscope": "Oscilloscope",
    "power": "Power",
    "waves": "Waves",
    "pwm": "Square waves and levels",
    "logic": "Logic",
    "i2c": "I2C",
    "device": "Device",
}
MEASURES: Final = (
    *((f"get_voltage:{name}", name) for name in ("CH1", "CH2", "CH3", "VOL")),
    ("get_resistance", "Resistance"),
    ("get_capacitance", "Capacitance"),
)
_FEW = 8
_LABELS: Final = {"timegap": "Time gap", "frequency2": "Frequency of SI2"}
_RESULTS: Final = {
    "number": "a number",
    "numbers": "numbers",
    "series": "columns of numbers",
    "text": "a text",
    "nothing": "",
}


class Knob(Struct, frozen=True):
    """An argument as a field of a form, and as a line of the function list."""

    name: str
    label: str
    kind: str
    unit: str
    least: float | None
    most: float | None
    choices: tuple[str | float, ...]
    default: Any
    has_default: bool
    doc: str

    @property
    def steps(self) -> tuple[int, ...]:
        """The whole numbers that there are, when they are few."""
        if self.kind != "integer" or self.least is None or self.most is None or self.most - self.least > _FEW:
            return ()
        return tuple(range(int(self.least), int(self.most) + 1))

    @property
    def written(self) -> str:
        """The default as it stands in a script."""
        return repr(self.default) if not isinstance(self.default, float) else f"{self.default:g}"

    @property
    def told(self) -> str:
        """What the argument is, in one line."""
        parts = [self.doc]
        if self.choices:
            parts.append(f"One of {', '.join(str(one) for one in self.choices)}.")
        elif self.least is not None and self.most is not None:
            parts.append(f"From {self.least:g} to {self.most:g} {self.unit}".rstrip() + ".")
        return " ".join(part for part in parts if part)


class Form(Struct, frozen=True):
    """A function as a form."""

    name: str
    title: str
    verb: str
    doc: str
    arguments: tuple[Knob, ...]


class Told(Struct, frozen=True):
    """A function as the function list shows it."""

    name: str
    doc: str
    arguments: tuple[Knob, ...]
    returns: str
    drives: bool
    words: str


def form_of(name: str, limits: Limits) -> Form:
    """Return a function as a form, with the ranges that the limits leave."""
    function = FUNCTIONS[name]
    title, verb = _TITLES.get(name, (name, "Call"))
    return Form(name, title, verb, function.doc, tuple(knob_of(one, limits) for one in function.arguments))


def knob_of(argument: Argument, limits: Limits | None = None) -> Knob:
    """Return an argument as a field."""
    least, most = argument.least, argument.most
    allowed = getattr(limits, argument.limit) if limits and argument.limit else None
    if allowed is not None:
        least = allowed[0] if least is None else max(least, allowed[0])
        most = allowed[1] if most is None else min(most, allowed[1])
    has_default = argument.default is not UNSET
    return Knob(
        argument.name,
        _label(argument.name),
        argument.kind,
        argument.unit,
        least,
        most,
        argument.choices,
        _plain(argument) if has_default else None,
        has_default,
        argument.doc,
    )


def _label(name: str) -> str:
    """Return an argument's name as a label.

    >>> _label("duty1"), _label("sq2"), _label("timegap"), _label("channel")
    ('Duty 1', 'SQ2', 'Time gap', 'Channel')
    """
    if name in _LABELS:
        return _LABELS[name]
    words, number = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    return f"{words.upper()}{number}" if words == "sq" else f"{words.replace('_', ' ').capitalize()} {number}".rstrip()


def _plain(argument: Argument) -> Any:  # noqa: ANN401 -- a default of any kind
    is_whole = isinstance(argument.default, float) and argument.default.is_integer()
    return int(argument.default) if is_whole and isinstance(argument.default, float) else argument.default


def told(function: Function) -> Told:
    """Return a function as the list shows it."""
    arguments = tuple(knob_of(one) for one in function.arguments)
    returns = " in ".join(part for part in (_RESULTS[function.result], function.unit) if part)
    words = " ".join((function.name, function.doc, *(f"{one.name} {one.told}" for one in arguments))).lower()
    return Told(
        function.name, function.doc, arguments, returns if function.result != "nothing" else "", function.drives, words
    )


def groups(search: str) -> dict[str, list[Told]]:
    """Return the functions that hold every word, by instrument."""
    words = search.lower().split()
    found: dict[str, list[Told]] = {}
    for name, title in INSTRUMENTS.items():
        here = [told(one) for one in FUNCTIONS.values() if one.instrument == name]
        matching = [one for one in here if all(word in one.words for word in words)]
        if matching:
            found[title] = matching
    return found
