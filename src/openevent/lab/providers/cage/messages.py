"""What comes out of a cage: frames, read with bounds and into known kinds; nothing of it is believed."""

from __future__ import annotations

import os
import selectors
import struct
import time
from typing import Any

import msgspec
from msgspec import Struct

from openevent.lab.providers.cage.launch import Cage

LARGEST = 1 << 20  # bytes of a frame
_STRAY = 1 << 16  # bytes that may come beside the channel
_READ = 1 << 16


class Place(Struct, frozen=True):
    """A line of a script on the way to an error."""

    line: int
    code: str = ""
    inside: str = msgspec.field(name="in", default="")


class Fault(Struct, frozen=True):
    """An error for people."""

    text: str
    line: int | None = None
    traceback: tuple[Place, ...] = ()


class Said(Struct, frozen=True, tag_field="do"):
    """Something that came out of a cage."""


class Ready(Said, frozen=True, tag="ready"):
    """All walls stand; the script begins."""

    landlock: int
    uid: int


class Broken(Said, frozen=True, tag="broken"):
    """A wall is missing; nothing was run."""

    text: str


class Called(Said, frozen=True, tag="call"):
    """The script calls a function: by name and arguments, or as a function string."""

    id: int
    name: str = ""
    positional: tuple[Any, ...] = ()
    named: dict[str, Any] = {}
    text: str = ""


class Shown(Said, frozen=True, tag="widget"):
    """The script shows a widget; lab/rules/widgets.py says whether it may."""

    widget: dict[str, Any]


class Printed(Said, frozen=True, tag="text"):
    """The script printed something."""

    text: str


class Failed(Said, frozen=True, tag="error"):
    """Something in the script went wrong."""

    error: Fault


class Waiting(Said, frozen=True, tag="waiting"):
    """The script is through, and waits for presses."""


class Ended(Said, frozen=True, tag="end"):
    """The script is over, it says."""

    reason: str


Message = Ready | Broken | Called | Shown | Printed | Failed | Waiting | Ended


class TooMuchSaid(Exception):
    """A frame is too large or unreadable, or the script writes past the channel without end."""


class Reader:
    """Reads a cage's messages; a cage that floods is cut off, not stored."""

    def __init__(self, cage: Cage) -> None:
        self._cage = cage
        self._kept = bytearray()
        self.stray = bytearray()  # what came beside the channel: Python's last words, if any
        self._decode = msgspec.json.Decoder(Message).decode
        self._selector = selectors.DefaultSelector()
        self._selector.register(cage.channel, selectors.EVENT_READ)
        if cage.errors is not None:
            self._selector.register(cage.errors, selectors.EVENT_READ)

    def watch(self, descriptor: int) -> None:
        """Return from `read` early when something can be read there."""
        self._selector.register(descriptor, selectors.EVENT_READ)

    def read(self, seconds: float) -> list[Message] | None:
        """Return what has come within so many seconds, or None at the cage's end; raises TooMuchSaid."""
        for key, _events in self._selector.select(max(0.0, seconds)):
            if key.fileobj is self._cage.channel:
                if not self._take():
                    return None
            elif key.fileobj is self._cage.errors:
                self._take_stray()
        return self._whole()

    def close(self) -> None:
        """Stop watching."""
        self._selector.close()

    def _take(self) -> bool:
        try:
            data = self._cage.channel.recv(_READ)
        except OSError:
            data = b""  # the cage was killed with something unread: an end like another
        self._kept += data
        return bool(data)

    def _take_stray(self) -> None:
        assert self._cage.errors is not None  # noqa: S101 -- only then it is watched
        data = os.read(self._cage.errors.fileno(), _READ)
        if not data:
            self._selector.unregister(self._cage.errors)
        self.stray += data
        if len(self.stray) > _STRAY:
            raise TooMuchSaid

    def _whole(self) -> list[Message]:
        found: list[Message] = []
        first = 0
        while len(self._kept) - first >= 4:  # noqa: PLR2004 -- the length before each frame
            (size,) = struct.unpack_from(">I", self._kept, first)
            if size > LARGEST:
                raise TooMuchSaid
            if len(self._kept) - first < 4 + size:
                break
            found.append(self._read_one(bytes(self._kept[first + 4 : first + 4 + size])))
            first += 4 + size
        del self._kept[:first]
        return found

    def _read_one(self, body: bytes) -> Message:
        try:
            return self._decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise TooMuchSaid from error


def how_it_ended(code: int, seconds: float, cpu_seconds: int) -> str:
    """Return why a process was over without a word: time, memory, or failed.

    >>> how_it_ended(-24, 2.0, 1), how_it_ended(137, 0.2, 60), how_it_ended(-11, 0.2, 60)
    ('time', 'memory', 'failed')
    """
    number = -code if code < 0 else code - 128  # bubblewrap tells a signal as shells do
    if number == 24:  # noqa: PLR2004 -- SIGXCPU
        return "time"
    if number == 9:  # noqa: PLR2004 -- SIGKILL: the hard end of CPU time, or a machine without memory
        return "time" if seconds >= cpu_seconds else "memory"
    return "failed"


def now() -> float:
    """Return a clock that never goes back, in seconds."""
    return time.monotonic()
