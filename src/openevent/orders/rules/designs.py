"""What a ticket looks like in an event's own colours, and so that it can be read whatever they are. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

HOUSE_COLOUR, HOUSE_PAPER = "#0f6148", "#ddf1e5"
_INK, _SOFT = "#16201c", "#4d5a54"
_INK_ON_DARK, _SOFT_ON_DARK = "#ffffff", "#dfe5e2"
_LEAST = 3.0  # contrast of large text and of lines (WCAG 2.2, 1.4.3 and 1.4.11)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Palette(Struct, frozen=True):
    """The colours of a ticket, each as #rrggbb."""

    paper: str
    colour: str  # of names and lines, on the paper
    accent: str  # the same on a white page
    ink: str
    soft: str


def palette(colour: str | None, paper: str | None) -> Palette:
    """Return the colours of a ticket; a colour that can't be told from what it stands on gives way to the ink.

    >>> palette(None, None).colour
    '#0f6148'
    >>> palette("#ffee00", "#ffffff").colour, palette("#ffee00", "#202020").colour
    ('#16201c', '#ffee00')
    >>> palette("#cc0000", "#101010").ink, palette("red", "url(x)").paper
    ('#ffffff', '#ddf1e5')
    """
    paper, colour = _known(paper, HOUSE_PAPER), _known(colour, HOUSE_COLOUR)
    is_dark = contrast(paper, _INK_ON_DARK) > contrast(paper, _INK)
    ink, soft = (_INK_ON_DARK, _SOFT_ON_DARK) if is_dark else (_INK, _SOFT)
    return Palette(
        paper=paper,
        colour=colour if contrast(colour, paper) >= _LEAST else ink,
        accent=colour if contrast(colour, "#ffffff") >= _LEAST else _INK,
        ink=ink,
        soft=soft if contrast(soft, paper) >= _LEAST else ink,
    )


def contrast(one: str, other: str) -> float:
    """Return how well two colours can be told apart, from 1 to 21 (WCAG 2.2).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def _known(colour: str | None, otherwise: str) -> str:
    return colour.lower() if colour and _HEX.fullmatch(colour) else otherwise


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- sRGB's own knee
