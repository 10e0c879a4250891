"""Bodies of requests: read before a turn is taken, so that who sends slowly keeps a thread busy and nothing else.

A thread that reads a body waits for as long as the client likes. There are fewer places to do so than threads: when
all are taken, who wants to send is told to come back, and those who only read are served as ever.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from openevent.kit.errors import Unavailable
from openevent.kit.turns import Turns

Request = dict[str, Any]  # as WSGI has it
_INPUT = "wsgi.input"
_CHUNK = 65_536  # bytes that are asked for at a time: each time the turn is lent out


class Bodies:
    """Reads what is sent; safe to use from any thread. With no place left, reading a body raises Unavailable."""

    def __init__(self, turns: Turns, *, longest: int, places: int) -> None:
        """Begin: what is not longer than `longest` bytes is kept in memory, at most `places` are read at once."""
        self._turns = turns
        self._longest = longest
        self._free: deque[None] = deque([None] * places)

    def take_in(self, request: Request) -> bool:
        """Read a short body into memory; tell whether nothing is left to be waited for."""
        if not request.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in request:
            return True
        announced = str(request.get("CONTENT_LENGTH") or "")
        if not announced.isdecimal() or int(announced) > self._longest:
            return False
        with self._place() as is_free:
            request[_INPUT] = io.BytesIO(request[_INPUT].read(int(announced))) if is_free else _Refused()
        return True

    @contextmanager
    def coming(self, request: Request) -> Generator[None]:
        """Let a long body be read bit by bit: whoever does lends his turn meanwhile."""
        with self._place() as is_free:
            stream = _Lending(request[_INPUT], self._turns) if is_free else _Refused()
            request[_INPUT] = io.BufferedReader(stream, _CHUNK)
            yield

    @contextmanager
    def _place(self) -> Generator[bool]:
        try:
            self._free.popleft()
        except IndexError:
            yield False
            return
        try:
            yield True
        finally:
            self._free.append(None)


class _Lending(io.RawIOBase):
    """A body that is still on its way."""

    def __init__(self, stream: Any, turns: Turns) -> None:  # noqa: ANN401 -- the server's own
        super().__init__()
        self._stream = stream
        self._turns = turns

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 -- a writable buffer
        with self._turns.lent():
            found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class _Refused(io.RawIOBase):
    """A body that nobody has a place to read at."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any, /) -> int:  # noqa: ANN401 -- a writable buffer
        raise Unavailable("Too many requests are being sent just now. Please try again.")
