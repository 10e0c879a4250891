"""How a plot is drawn: numbers in, the lines, ticks and words of a picture out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 28, 48  # room for the words around the area
MOST_POINTS = 1200  # of one line: more than a screen has pixels
COLOURS = 6

Points = Sequence[tuple[float, float]]


class Line(Struct, frozen=True):
    """One series of numbers, as it came."""

    name: str
    points: Points


class Tick(Struct, frozen=True):
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


class DrawnLine(Struct, frozen=True):
    """One line of a picture: its path, and what can be said of it without looking."""

    name: str
    colour: int
    path: str
    said: str


class Drawing(Struct, frozen=True):
    """A whole picture."""

    lines: tuple[DrawnLine, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


class Scale(Struct, frozen=True):
    """From a range of numbers to a range of pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a number."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest number, never the same.

    >>> span([1.0, 3.0]), span([2.0]), span([]), span([float("nan"), 0.0])
    ((1.0, 3.0), (1.5, 2.5), (0.0, 1.0), (-0.5, 0.5))
    """
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if high - low > abs(high) * 1e-12:
        return low, high
    half = abs(low) / 4 or 0.5
    return low - half, high + half


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return round numbers between two, so many at most.

    >>> ticks(0, 10), ticks(-0.05, 0.05, 5)
    ((0.0, 2.0, 4.0, 6.0, 8.0, 10.0), (-0.05, -0.025, 0.0, 0.025, 0.05))
    """
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(float(f"{number * step:.10g}") for number in range(first, last + 1))


def said(value: float | None) -> str:
    """Return a number as people read it.

    >>> said(0.0), said(1234.5678), said(0.00001), said(None), said(float("nan"))
    ('0', '1234.57', '1e-05', 'unknown', 'unknown')
    """
    return f"{value:.6g}" if value is not None and math.isfinite(value) else "unknown"


def thinned(points: Points, most: int = MOST_POINTS) -> Points:
    """Leave out what no screen could show: of each stretch, the least and the greatest stay.

    >>> thinned([(0, 0.0), (1, 9.0), (2, 1.0), (3, 2.0), (4, -5.0), (5, 0.0)], 4)
    [(0, 0.0), (1, 9.0), (3, 2.0), (4, -5.0)]
    """
    if len(points) <= most:
        return points
    size = math.ceil(len(points) / (most // 2))
    found: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        ends = {min(range(len(part)), key=lambda i: part[i][1]), max(range(len(part)), key=lambda i: part[i][1])}
        found += (part[index] for index in sorted(ends))
    return found


def path_of(points: Points, across: Scale, up: Scale) -> str:
    """Return an SVG path; a number that is none breaks the line.

    >>> scale = Scale(0, 1, 0, 100)
    >>> path_of([(0, 0), (0.5, 1), (0.75, float("nan")), (1, 0)], scale, scale)
    'M0 0L50 100M100 0'
    """
    parts: list[str] = []
    pen = "M"
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            parts.append(f"{pen}{across(x):.5g} {up(y):.5g}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def drawing(lines: Sequence[Line]) -> Drawing:
    """Return the picture of some lines on common axes.

    >>> found = drawing([Line("sine", [(0, 0.0), (1, 1.0), (2, 0.0)])])
    >>> found.lines[0].said
    'sine: 3 points, from 0 to 1, mean 0.333333'
    """
    left, right = span([x for line in lines for x, _ in line.points])
    low, high = span([y for line in lines for _, y in line.points])
    margin = (high - low) * 0.05
    across = Scale(left, right, LEFT, WIDTH - RIGHT)
    up = Scale(low - margin, high + margin, HEIGHT - BOTTOM, TOP)
    return Drawing(
        tuple(_drawn(line, number, across, up) for number, line in enumerate(lines)),
        tuple(Tick(round(across(at), 2), said(at)) for at in ticks(left, right)),
        tuple(Tick(round(up(at), 2), said(at)) for at in ticks(up.low, up.high)),
    )


def _drawn(line: Line, number: int, across: Scale, up: Scale) -> DrawnLine:
    path = path_of(thinned(line.points), across, up)
    return DrawnLine(line.name, number % COLOURS + 1, path, summary(line))


def summary(line: Line) -> str:
    """Return what a line looks like, for whoever can't look."""
    known = [y for _, y in line.points if math.isfinite(y)]
    if not known:
        return f"{line.name}: nothing to show"
    mean = sum(known) / len(known)
    return f"{line.name}: {len(known)} points, from {said(min(known))} to {said(max(known))}, mean {said(mean)}"
