"""The mark of an event: a rosette as on bank notes, drawn from its identifier, and the paper its tickets are on."""

from __future__ import annotations

import hashlib

from msgspec import Struct

STOCKS = 5


class Ring(Struct, frozen=True):
    """Ellipses around one centre, each turned a little further."""

    rx: int
    ry: int
    turns: tuple[float, ...]


class Rosette(Struct, frozen=True):
    """Two rings over one another, in a square from -100 to 100."""

    outer: Ring
    inner: Ring


def rosette(seed: str) -> Rosette:
    """Return the rosette of an identifier; the same one always.

    >>> rosette("a1b2c3d4") == rosette("a1b2c3d4"), rosette("a1b2c3d4") == rosette("ffff0000")
    (True, False)
    """
    numbers = hashlib.sha256(seed.encode()).digest()
    outer = _ring(96, 34 + numbers[0] % 34, 14 + numbers[1] % 9)
    inner = _ring(58 + numbers[2] % 12, 12 + numbers[3] % 24, 9 + numbers[4] % 7)
    return Rosette(outer, inner)


def _ring(rx: int, ry: int, count: int) -> Ring:
    return Ring(rx, ry, tuple(round(180 * step / count, 2) for step in range(count)))


def stock(seed: str) -> int:
    """Return which of the papers an identifier is printed on, from 1.

    >>> 1 <= stock("a1b2c3d4") <= STOCKS
    True
    """
    return 1 + hashlib.sha256(seed.encode()).digest()[5] % STOCKS
