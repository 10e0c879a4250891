"""How the server's threads answer: reads at once, writes in turns.

granian (the server) has as many threads as may wait at the same time; `kit.reserve` keeps all but a few of them from
its line of requests, `kit.turns` says how many writes are worked on. So readers never stand behind buyers.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, cast

from granian import wsgi
from granian.server import mp

from openevent.kit.reserve import Reserve
from openevent.main.app import Product

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOK_SECONDS = 0.05
_BESIDE_WRITES = 4  # more places for readers while somebody writes
Answer = Callable[[Any, dict[str, Any]], object]


def stand_in_line() -> None:
    """Let granian's server processes answer as told here; raises AttributeError for a granian that works otherwise."""
    _ = mp._wsgi_call_wrap  # pyright: ignore # noqa: SLF001, PGH003 -- granian asks nobody how to answer
    mp._wsgi_call_wrap = in_line  # pyright: ignore # noqa: SLF001, PGH003 -- same
    logging.getLogger("_granian").addFilter(lambda said: "Python threads" not in said.getMessage())  # most stand by


def in_line(product: Product, scope_opts: dict[str, Any], access_log: str | None = None) -> Answer:
    """Return what granian calls with each request: its end of the connection, and the request as WSGI has it."""
    wrapper = wsgi._callback_wrapper  # pyright: ignore # noqa: SLF001, PGH003 -- no other knows granian's protocol
    answer = cast("Answer", wrapper(product, scope_opts, access_log))
    turns, reserve = product.shell.turns, _reserve(product)
    threading.Thread(target=_look, args=(reserve,), name="reserve-look", daemon=True).start()

    def take(end: Any, request: dict[str, Any]) -> None:  # noqa: ANN401 -- granian's own
        me = reserve.me()
        try:
            if request["REQUEST_METHOD"] in READS:
                reserve.begin(me)
                answer(end, request)
            else:
                reserve.step_back(me)
                with turns.taken():
                    answer(end, request)
        finally:
            reserve.end(me)

    return take


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
