"""How the server's threads answer: reads at once, writes in turns, orders (made or completed) together.

granian (the server) has as many threads as may wait at the same time; `kit.reserve` keeps all but a few of them from
its line of requests, `kit.turns` says how many writes are worked on. So readers never stand behind buyers. Buyers, who
wait for each other, are answered by one thread of fibers (`kit.fibers`), which gives way to readers (`kit.way`).
"""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from granian import wsgi
from granian.server import mp

from openevent.kit.fibers import Fibers
from openevent.kit.reserve import Reserve
from openevent.kit.way import RightOfWay
from openevent.main.app import Product
from openevent.main.bodies import Bodies, Request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
WAITING = 254  # threads for whoever waits, and to stand by
_SENDING = 192  # of them may wait for what is sent
_MAKING, _ORDER = "/v1/orders/create-order", re.compile(r"/v1/orders/[^/]+")
_COMPLETED = b'"completed"'
_SHORT = 16_384  # bytes: nobody else's order is worked on while a body is understood
_LOOK_SECONDS = 0.05
_BESIDE_WRITES = 4  # more places for readers while somebody writes
_REFUSED = 400
Answer = Callable[[Any, Request], object]
Headers = list[tuple[str, str]]


def stand_in_line() -> None:
    """Let granian's server processes answer as told here; raises AttributeError for a granian that works otherwise."""
    _ = mp._wsgi_call_wrap  # pyright: ignore # noqa: SLF001, PGH003 -- granian asks nobody how to answer
    mp._wsgi_call_wrap = in_line  # pyright: ignore # noqa: SLF001, PGH003 -- same
    logging.getLogger("_granian").addFilter(lambda said: "Python threads" not in said.getMessage())  # most stand by


def in_line(product: Product, scope_opts: dict[str, Any], access_log: str | None = None) -> Answer:
    """Return what granian calls with each request: its end of the connection, and the request as WSGI has it."""
    wrapper = wsgi._callback_wrapper  # pyright: ignore # noqa: SLF001, PGH003 -- no other knows granian's protocol
    return _Line(product, cast("Answer", wrapper(product, scope_opts, access_log))).take


class _Line:
    """How one server process answers."""

    def __init__(self, product: Product, answer: Answer) -> None:
        self._answer = answer
        self._turns = product.shell.turns
        self._reserve = _reserve(product)
        self._bodies = Bodies(self._turns, longest=product.settings.max_body, places=_SENDING)
        self._way = RightOfWay()
        self._fibers = Fibers("orders", self._way)
        threading.Thread(target=_look, args=(self._reserve,), name="reserve-look", daemon=True).start()

    def take(self, end: Any, request: Request) -> None:  # noqa: ANN401 -- granian's own
        """Answer a request, or see to it that it is answered soon."""
        me = self._reserve.me()
        try:
            if request["REQUEST_METHOD"] in READS:
                self._reserve.begin(me)
                self._read(end, request)
            else:
                self._reserve.step_back(me)
                self._write(end, request)
        finally:
            request.clear()  # this thread may stand by for long: it keeps nobody's body, nor connection, meanwhile
            self._reserve.end(me)

    def _read(self, end: Any, request: Request) -> None:  # noqa: ANN401 -- granian's own
        since = self._way.take()
        try:
            self._answer(end, request)
        finally:
            self._way.leave(since)

    def _write(self, end: Any, request: Request) -> None:  # noqa: ANN401 -- granian's own
        if not self._bodies.take_in(request):
            with self._bodies.coming(request):
                self._in_turn(_Sending(end), request)
        elif _waits_for_company(request):
            self._fibers.begin(partial(self._in_fiber, end, request.copy()))
        else:
            self._in_turn(end, request)

    def _in_turn(self, end: Any, request: Request) -> None:  # noqa: ANN401 -- same
        with self._turns.taken():
            self._answer(end, request)

    def _in_fiber(self, end: Any, request: Request) -> None:  # noqa: ANN401 -- same
        try:
            self._answer(end, request)
        except Exception:
            end.response_bytes(500, [], b"")  # what granian says for a thread of its own
            raise


class _Sending:
    """The server's end of a connection on which a long body comes; a refusal, which may not have read it, is the last.

    granian waits for the rest of such a body otherwise: when it stops, until it is killed.
    """

    def __init__(self, end: Any) -> None:  # noqa: ANN401 -- granian's own
        self._end = end

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer."""
        self._end.response_bytes(status, _last(status, headers), body)

    def response_iter(self, status: int, headers: Headers, body: Any) -> None:  # noqa: ANN401 -- same
        """Answer bit by bit."""
        self._end.response_iter(status, _last(status, headers), body)


def _last(status: int, headers: Headers) -> Headers:
    return [*headers, ("connection", "close")] if status >= _REFUSED else headers


def _waits_for_company(request: Request) -> bool:
    """Tell whether this is answered together with others. With a key to repeat it by, it is a transaction alone."""
    method, path, body = request["REQUEST_METHOD"], request["PATH_INFO"], request.get("wsgi.input")
    if not isinstance(body, io.BytesIO) or body.getbuffer().nbytes > _SHORT:
        return False
    if method == "POST":
        return path == _MAKING and "HTTP_IDEMPOTENCY_KEY" not in request
    is_plain = method == "PATCH" and _ORDER.fullmatch(path) is not None and not request.get("QUERY_STRING")
    return is_plain and _COMPLETED in body.getvalue()


def _look(reserve: Reserve) -> None:
    pause = threading.Event()
    while not pause.wait(_LOOK_SECONDS):
        reserve.look()


def _reserve(product: Product) -> Reserve:
    """Return who stands at the line: who reads SQLite waits for nobody, so one is enough as long as all are quick."""
    more = product.settings.threads - 1
    if product.shell.database.is_sqlite:
        return Reserve(1, wider=more, widest=more + _BESIDE_WRITES)
    return Reserve(product.settings.threads)
