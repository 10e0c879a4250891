"""What clients have already, remembered with the database's own mark: they are told so without reading it anew.

What a GET answers depends on its address, its caller, its headers and the database. While the database's mark is the
same nothing was committed, so who was told "not modified" then is told so now. Where a permission asks the clock as
well, nothing is remembered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

from openevent.jsonapi.ports import Backend
from openevent.jsonapi.request import Request, Response

R = TypeVar("R", Response, Response | None)
_LONG = 512  # characters of a header or query that are too many to be remembered
_NOT_MODIFIED = 304


class Memory:
    """Remembers the latest 304s, bounded. Of persons it holds nothing but the ids and addresses of callers."""

    def __init__(self, backend: Backend, size: int) -> None:
        """Remember `size` answers at most."""
        self._backend = backend
        self._size = size
        self._known: dict[tuple[Hashable, ...], Response] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request, read: Callable[[], R]) -> R | Response:
        """Answer a GET that asks whether anything changed: from memory when that is certain, else by reading."""
        tag, accept = request.headers["if-none-match"], request.headers.get("accept")
        mark = self._backend.mark()  # before reading: what is read may be newer than its mark, never older
        # The mark is part of the key: SQLite's belong to connections, and several of them take turns.
        key = (mark, request.path, request.query, tag, accept, request.caller.kind, *request.caller.params.values())
        known = self._known.get(key)
        if known is not None:
            return known
        response = read()
        if response is not None and response.status == _NOT_MODIFIED and response.lasts:
            self._remember(key, response)
        return response

    def _remember(self, key: tuple[Hashable, ...], response: Response) -> None:
        if any(isinstance(part, str) and len(part) > _LONG for part in key):
            return
        with self._lock:
            self._known[key] = response
            if len(self._known) > self._size:
                del self._known[next(iter(self._known))]
