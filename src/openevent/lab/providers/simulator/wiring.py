"""What is on the bench: wires, parts, chips, noise and faults, as a JSON document says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from openevent.kit.errors import Invalid

Output = Literal["SI1", "SI2", "SQ1", "SQ2", "SQ3", "SQ4", "PV1", "PV2", "PV3", "PCS"]
Analog = Literal["CH1", "CH2", "CH3", "MIC", "CAP", "RES", "VOL", "AN4"]
Digital = Literal["LA1", "LA2", "LA3", "LA4", "EXT", "FRQ"]
Positive = Annotated[float, Meta(ge=0, le=1e12)]
Volts = Annotated[float, Meta(ge=-20, le=20)]
Byte = Annotated[int, Meta(ge=0, le=255)]
_MOST: Final = 64


class Wire(Struct, frozen=True, forbid_unknown_fields=True):
    """A wire from an output to an input, through a resistor, or a resistor and a capacitor."""

    source: Output = field(name="from")
    to: Analog | Digital
    ohm: Positive = 0.0
    farad: Positive = 0.0
    filter: Literal["low", "high"] = "low"


class Chip(Struct, frozen=True, forbid_unknown_fields=True):
    """A chip on the I2C bus; its registers count on by themselves."""

    address: Annotated[int, Meta(ge=1, le=127)]
    registers: dict[Annotated[str, Meta(pattern=r"^\d{1,3}$")], list[Byte]] = field(
        default_factory=dict[str, list[int]]
    )


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that goes wrong: from command number `after` on, `times` times (0: always)."""

    do: Literal["drop", "gone", "bad-ack", "slow", "hang", "garbage"]
    after: Annotated[int, Meta(ge=0)] = 0
    times: Annotated[int, Meta(ge=0)] = 1
    seconds: Annotated[float, Meta(ge=0, le=3600)] = 0.0


class Wiring(Struct, frozen=True, forbid_unknown_fields=True):
    """A bench; without any wires it is the one on which every instrument sees something."""

    wires: Annotated[list[Wire], Meta(max_length=_MOST)] | None = None
    volts: dict[Analog, Volts] = field(default_factory=dict[Analog, float])  # from outside, at inputs without a wire
    resistor: Positive | None = 10_000.0  # ohm, between RES and ground; none: open
    capacitor: Positive = 1e-9  # farad, between CAP and ground
    chips: Annotated[list[Chip], Meta(max_length=_MOST)] | None = None
    noise: Annotated[float, Meta(ge=0, le=1)] = 0.002  # volts
    seed: Annotated[int, Meta(ge=0)] = 1
    hurry: bool = False
    faults: Annotated[list[Fault], Meta(max_length=_MOST)] = field(default_factory=list[Fault])


USUAL_WIRES: Final = (
    Wire("SI1", "CH1"),
    Wire("SI2", "CH2"),
    Wire("PV1", "CH3", ohm=1_000),
    Wire("PV3", "VOL"),
    Wire("SI1", "MIC", ohm=1_000, farad=1e-7),
    Wire("SQ1", "LA1"),
    Wire("SQ2", "LA2"),
    Wire("SQ3", "LA3"),
    Wire("SQ4", "LA4"),
    Wire("SQ1", "FRQ"),
)
USUAL_CHIPS: Final = (Chip(0x48, {"0": [25, 128], "2": [0x60, 0xA0]}),)


def wiring_of(document: Mapping[str, Any] | None) -> Wiring:
    """Return the bench that a document describes; raises Invalid with what is wrong.

    >>> wiring_of({"wires": [{"from": "PV1", "to": "CH1", "ohm": 100}]}).wires
    [Wire(source='PV1', to='CH1', ohm=100.0, farad=0.0, filter='low')]
    """
    try:
        return msgspec.convert({} if document is None else document, Wiring)
    except msgspec.ValidationError as error:
        raise Invalid(f"This wiring cannot be read: {error}.") from None
