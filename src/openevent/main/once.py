"""Routes on which a request may come twice and works once: orders, charges and refunds with an Idempotency-Key."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.request import Request, Response
from openevent.kit.access import Actor
from openevent.kit.repeats import LONGEST_KEY, Answered, KeyUnderWay, Repeatable, claim, keep, let_go
from openevent.kit.work import Shell, UnitOfWork

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
_WHOLE = re.compile(r"/v1/(events/[^/]+/)?orders|/v1/orders/create-order|/v1/orders/[^/]+/refund")
_IN_STEPS = re.compile(r"/v1/orders/[^/]+/charge")  # a provider is asked in between: no transaction may wait for that
_BAD_REQUEST, _REFUSED = 400, 400
_WAIT = 2  # seconds

# The one unit of work that all of a request belongs to: its order, its key and its answer are written together.
_whole: ContextVar[UnitOfWork | None] = ContextVar("whole", default=None)


def whole_work() -> UnitOfWork | None:
    """Return the unit of work that this whole request belongs to; None where each step has one of its own."""
    return _whole.get()


def answer(shell: Shell, engine: Engine, request: Request) -> Response | None:
    """Answer a request, or say once more what was answered to it; raises ApiError for a key that does not fit."""
    is_whole = _WHOLE.fullmatch(request.path) is not None
    if request.method != "POST" or HEADER not in request.headers:
        return engine.handle(request)
    by: Actor = request.caller
    if by.id is None or not (is_whole or _IN_STEPS.fullmatch(request.path)):
        return engine.handle(request)
    content = request.query.encode() + b"\n" + request.body
    asked = Repeatable(by.id, _key(request.headers[HEADER]), f"POST {request.path}", content)
    try:
        return _at_once(shell, engine, request, asked) if is_whole else _in_steps(shell, engine, request, asked)
    except KeyUnderWay as error:
        headers = {"Retry-After": str(_WAIT)}
        source = {"header": "Idempotency-Key"}
        raise ApiError(409, error.detail, source=source, code=error.code, headers=headers) from error


def _key(given: str) -> str:
    if not 0 < len(given) <= LONGEST_KEY or not given.isascii() or not given.isprintable():
        detail = f"A key has 1 to {LONGEST_KEY} printable ASCII characters."
        raise ApiError(_BAD_REQUEST, detail, source={"header": "Idempotency-Key"})
    return given


class _NothingHappened(Exception):
    """The answer is a refusal: nothing of the request may be kept."""

    def __init__(self, response: Response | None) -> None:
        super().__init__()
        self.response = response


def _at_once(shell: Shell, engine: Engine, request: Request, asked: Repeatable) -> Response | None:
    """Claim the key, do the deed and keep the answer in one transaction."""
    try:
        with shell.work() as work:
            before = claim(work, asked)
            if before is not None:
                return _replayed(before)
            with _joined(work):
                response = _done(engine.handle(request))
            keep(work, asked, Answered(response.status, response.headers, response.body))
            return response
    except _NothingHappened as nothing:
        return nothing.response


def _done(response: Response | None) -> Response:
    if response is None or response.status >= _REFUSED:
        raise _NothingHappened(response)
    return response


def _in_steps(shell: Shell, engine: Engine, request: Request, asked: Repeatable) -> Response | None:
    """Claim the key, do the deed, keep the answer: whoever dies in between leaves a key that others may take over."""
    with shell.work() as work:
        before = claim(work, asked)
    if before is not None:
        return _replayed(before)
    response = engine.handle(request)
    with shell.work() as work:
        if response is None or response.status >= _REFUSED:
            let_go(work, asked)
        else:
            keep(work, asked, Answered(response.status, response.headers, response.body))
    return response


def _replayed(before: Answered) -> Response:
    return Response(before.status, {**before.headers, REPLAYED: "true"}, before.body)


@contextmanager
def _joined(work: UnitOfWork) -> Generator[None]:
    token = _whole.set(work)
    try:
        yield
    finally:
        _whole.reset(token)
