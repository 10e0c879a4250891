"""The router: a trie of path segments, so that 700 routes cost what one costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")
_SHORT = 128  # longer paths are not remembered
_SEGMENT = re.compile(r"([^<>]*)<(?:(text):)?(\w+)>([^<>]*)")
_Around = tuple[str, str, bool]  # the text before and after an open segment, and whether that takes no numbers


class _Node(Struct, Generic[T]):
    """One place in the trie: what follows, and what answers here, by method."""

    static: dict[str, _Node[T]] = field(default_factory=dict[str, "_Node[T]"])
    dynamic: list[tuple[_Around, _Node[T]]] = field(default_factory=list[tuple[_Around, "_Node[T]"]])
    targets: dict[str, tuple[T, tuple[str, ...]]] | None = None  # None: no route ends here


class Match(Struct, Generic[T], frozen=True):
    """A path that exists: its targets by method (with the names of the open segments) and the open segments' values."""

    targets: Mapping[str, tuple[T, tuple[str, ...]]]
    values: tuple[str, ...]

    @property
    def methods(self) -> list[str]:
        """The methods that the path has, HEAD beside GET."""
        return sorted({*self.targets, *(["HEAD"] if "GET" in self.targets else [])})

    def target(self, method: str) -> tuple[T, dict[str, str]] | None:
        """Return the target of a method and the open segments by name; HEAD is GET."""
        found = self.targets.get("GET" if method == "HEAD" else method)
        return None if found is None else (found[0], dict(zip(found[1], self.values, strict=True)))


class Router(Generic[T]):
    """Paths with `<name>` segments, such as /v1/events/<id> or /v1/orders/attendees/<id>.pdf.

    At every segment a static text wins over an open one, and an open one with more text around it over a barer one;
    when that way ends nowhere, the next is tried. `<text:name>` takes no whole numbers, and comes before `<name>`.
    """

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._remembered: Callable[[str], Match[T] | None] = lru_cache(maxsize=1024)(self._find)

    def add(self, method: str, path: str, target: T) -> None:
        """Add a route; raises ValueError when the method is taken there."""
        node, names = self._place(path)
        targets = node.targets if node.targets is not None else {}
        if method in targets:
            raise ValueError(f"a second {method} {path}")
        node.targets = {**targets, method: (target, names)}

    def reserve(self, path: str) -> None:
        """Make a path exist, so that methods it lacks are answered with 405."""
        node, _names = self._place(path)
        node.targets = node.targets or {}

    def find(self, path: str) -> Match[T] | None:
        """Return what is at a path, or None. All routes are added before the first one is looked for."""
        return self._remembered(path) if len(path) <= _SHORT else self._find(path)

    def resolve(self, path: str) -> Match[T] | None:
        """Return what is at a path while routes are still being added."""
        return self._find(path)

    def _find(self, path: str) -> Match[T] | None:
        segments = path.split("/")
        return None if segments[0] else _walk(self._root, segments[1:], 0, ())

    def _place(self, path: str) -> tuple[_Node[T], tuple[str, ...]]:
        node, names = self._root, list[str]()
        for segment in path.split("/")[1:]:
            if "<" not in segment:
                node = node.static.setdefault(segment, _Node())
                continue
            around, name = _read(segment)
            if around is None or name in names:
                raise ValueError(f"cannot read the segment {segment} of {path}")
            names.append(name)
            node = _open(node, around)
        return node, tuple(names)


@cache
def _read(segment: str) -> tuple[_Around | None, str]:
    found = _SEGMENT.fullmatch(segment)
    return (None, "") if found is None else ((found[1], found[4], found[2] == "text"), found[3])


def _open(node: _Node[T], around: _Around) -> _Node[T]:
    for known, child in node.dynamic:
        if known == around:
            return child
    child: _Node[T] = _Node()
    node.dynamic.append((around, child))
    node.dynamic.sort(key=lambda known: (-len(known[0][0]) - len(known[0][1]), not known[0][2]))
    return child


def _walk(node: _Node[T], segments: list[str], at: int, values: tuple[str, ...]) -> Match[T] | None:
    if at == len(segments):
        return None if node.targets is None else Match(node.targets, values)
    segment = segments[at]
    child = node.static.get(segment)
    found = None if child is None else _walk(child, segments, at + 1, values)
    for around, follower in node.dynamic:
        if found is not None:
            break
        value = _within(around, segment)
        if value:
            found = _walk(follower, segments, at + 1, (*values, value))
    return found


def _within(around: _Around, segment: str) -> str:
    """Return what an open segment takes, or nothing."""
    before, after, no_number = around
    value = segment[len(before) : len(segment) - len(after)]
    if before + value + after != segment or (no_number and value.isascii() and value.isdigit()):
        return ""
    return value
