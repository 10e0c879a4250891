"""The script's one way out: frames of JSON over an inherited socket, four bytes of length before each."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

LARGEST = 1 << 20  # bytes of a frame that leaves the cage
_READ = 1 << 16


class ChannelClosed(Exception):
    """The other end has gone."""


class Channel:
    """Frames over a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._kept = bytearray()
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; waits while the other end is slow. Raises ValueError for one that is too large."""
        body = json.dumps(message, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode(
            "utf-8", "replace"
        )
        if len(body) > LARGEST:
            raise ValueError(f"This is too much at once: {len(body)} bytes, at most {LARGEST}.")
        rest = memoryview(struct.pack(">I", len(body)) + body)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise ChannelClosed from error

    def receive(self, seconds: float | None = None) -> dict[str, Any] | None:
        """Return the next message, or None when there is none within so many seconds; raises ChannelClosed."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            body = self._whole()
            if body is not None:
                return json.loads(body)
            left = None if end is None else max(0.0, end - time.monotonic())
            if not self._poll.poll(None if left is None else left * 1000):
                return None
            self._read()

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, _READ)
        except OSError as error:
            raise ChannelClosed from error
        if not data:
            raise ChannelClosed
        self._kept += data

    def _whole(self) -> bytes | None:
        if len(self._kept) < 4:  # noqa: PLR2004 -- the length before each frame
            return None
        (size,) = struct.unpack_from(">I", self._kept)
        if len(self._kept) < 4 + size:
            return None
        body = bytes(self._kept[4 : 4 + size])
        del self._kept[: 4 + size]
        return body
