"""Strangers who ask whether anything changed since: answered at the door, while nothing was committed.

The engine remembers for everybody whom it has told "not modified" (`jsonapi.memory`); here the finished answer is kept
for those who don't say who they are, so that nothing has to be understood anew. What counts is the same: address,
headers and the database's mark.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from openevent.jsonapi.request import Response

Header = tuple[str, str]
_SIZE = 1024
_LONG = 512  # characters that are too many to be remembered
_NOT_MODIFIED = 304
_OTHERS = frozenset({"HTTP_AUTHORIZATION", "HTTP_IF_MATCH"})  # what is for the engine to look at
_ASKED = ("PATH_INFO", "QUERY_STRING", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT", "HTTP_ORIGIN", "wsgi.url_scheme")


class Kept(NamedTuple):
    """A finished answer: its headers without the request's own, and the route that it is counted under."""

    headers: tuple[Header, ...]
    route: str


class Question(NamedTuple):
    """A stranger's question whether anything changed, the database's mark, and the answer if it is known."""

    key: tuple[str | None, ...]
    mark: Hashable
    known: Kept | None


class Unchanged:
    """Remembers the latest of these answers, bounded; safe to use from any thread.

    Each goes by question and mark: SQLite's marks belong to connections, and several of them take turns.
    """

    def __init__(self, mark: Callable[[], Hashable], size: int = _SIZE) -> None:
        self._mark = mark
        self._size = size
        self._kept: dict[Hashable, Kept] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many answers are remembered."""
        return len(self._kept)

    def question(self, environ: Mapping[str, Any]) -> Question | None:
        """Return what a request asks; None for one that asks anything else, or says who is asking."""
        if "HTTP_IF_NONE_MATCH" not in environ or environ["REQUEST_METHOD"] != "GET" or not _OTHERS.isdisjoint(environ):
            return None
        key = tuple(map(environ.get, _ASKED))
        mark = self._mark()  # before reading: what is read may be newer than its mark, never older
        return Question(key, mark, self._kept.get((key, mark)))

    def keep(self, question: Question, response: Response, headers: list[Header], route: str) -> None:
        """Remember what a question was answered with, when that stays true until something is committed."""
        if response.status != _NOT_MODIFIED or not response.lasts or _is_long(question.key):
            return
        with self._lock:
            self._kept[question.key, question.mark] = Kept(tuple(headers), route)
            if len(self._kept) > self._size:
                del self._kept[next(iter(self._kept))]


def _is_long(key: tuple[str | None, ...]) -> bool:
    return any(part is not None and len(part) > _LONG for part in key)
