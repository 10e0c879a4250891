"""Entity tags, remembered with the database's own mark: who has the answer already is told so without reading it anew.

What a GET answers depends on its address, its caller and the database. While the database's mark is the same nothing
was committed, so the tag of then is the tag of now. Where a permission asks the clock as well, nothing is remembered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from openevent.jsonapi.documents import not_modified
from openevent.jsonapi.negotiate import is_known
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.request import Request, Response


class Memory:
    """Remembers the latest tags, bounded. It holds no answers and no personal data but ids and addresses of callers."""

    def __init__(self, backend: Backend, size: int, asks_clock: Callable[[], bool]) -> None:
        """`asks_clock` says, after a read, whether any answer so far depended on the moment."""
        self._backend = backend
        self._asks_clock = asks_clock
        self._size = size
        self._tags: dict[Hashable, tuple[Hashable, str]] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request, read: Callable[[], Response]) -> Response:
        """Answer a GET: 304 from memory when that is certain, else whatever reading says."""
        if "if-none-match" not in request.headers:
            return read()
        key = (request.path, request.query, request.caller.kind, *request.caller.params.values())
        mark = self._backend.mark()  # before reading: what is read may be newer than its mark, never older
        known = self._tags.get(key)
        if known is not None and not self._asks_clock() and known[0] == mark and is_known(request.headers, known[1]):
            return not_modified(known[1])
        response = read()
        if "ETag" in response.headers and not self._asks_clock():
            self._remember(key, mark, response.headers["ETag"])
        return response

    def _remember(self, key: Hashable, mark: Hashable, tag: str) -> None:
        with self._lock:
            self._tags.pop(key, None)
            self._tags[key] = (mark, tag)
            if len(self._tags) > self._size:
                del self._tags[next(iter(self._tags))]
