"""How the server's threads answer: over HTTP, with one place and one turn."""

from __future__ import annotations

import io
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from granian.server import mp

from openevent.kit.fibers import Fiber, current
from openevent.kit.turns import Turns
from openevent.main import line
from openevent.main.line import in_line, stand_in_line

ORDERS = "/v1/orders/create-order"
COMPLETED = b'{"status": "completed"}'


class End:
    """The server's end of a connection."""

    def __init__(self) -> None:
        self.answered: list[tuple[int, bytes]] = []

    def response_bytes(self, status: int, _headers: list[Any], body: bytes) -> None:
        self.answered.append((status, body))


class Answers:
    """An application that waits where it is told to."""

    def __init__(self, *, is_sqlite: bool = True) -> None:
        self.go = threading.Event()
        self.waiting: list[Fiber] = []
        self.settings = SimpleNamespace(threads=1, max_body=1024)
        self.shell = SimpleNamespace(turns=Turns(1), database=SimpleNamespace(is_sqlite=is_sqlite))

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise ValueError("broken")
        if environ["PATH_INFO"] == ORDERS or "/v1/orders/" in environ["PATH_INFO"]:
            return self._order(environ, start)
        if environ["PATH_INFO"] == "/wait":
            with self.shell.turns.lent():
                self.go.wait(10)
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    def _order(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        if body == b"broken":
            raise ValueError("broken")
        fiber = current()
        if fiber is not None:
            self.waiting.append(fiber)
            fiber.wait()
        start("200 OK", [])
        return [body]


def _ask(take: Any, method: str, path: str) -> tuple[threading.Thread, End]:
    end = End()
    thread = threading.Thread(target=take, args=(end, {"REQUEST_METHOD": method, "PATH_INFO": path}), daemon=True)
    thread.start()
    return thread, end


@pytest.mark.parametrize("is_sqlite", [True, False])
def test_writes_wait_for_a_turn_and_reads_for_nobody(is_sqlite):
    product = Answers(is_sqlite=is_sqlite)
    take = in_line(product, {})  # type: ignore[arg-type] -- all that it needs of the product

    waiting, first = _ask(take, "POST", "/wait")
    _, second = _ask(take, "POST", "/written")  # the first one lends its turn
    _, third = _ask(take, "GET", "/read")
    for _ in range(1000):
        if second.answered and third.answered:
            break
        waiting.join(0.01)
    assert (second.answered, third.answered, first.answered) == ([(200, b"/written")], [(200, b"/read")], [])

    product.go.set()
    for _ in range(1000):
        if first.answered:
            break
        waiting.join(0.01)
    assert first.answered == [(200, b"/wait")]


def test_what_breaks_gives_turn_and_place_back():
    take = in_line(Answers(), {})  # type: ignore[arg-type] -- as above

    for method in ("GET", "POST", "POST", "GET"):
        with pytest.raises(ValueError, match="broken"):
            take(End(), {"REQUEST_METHOD": method, "PATH_INFO": "/broken"})
    end = End()
    take(end, {"REQUEST_METHOD": "POST", "PATH_INFO": "/well"})
    assert end.answered == [(200, b"/well")]


def _ordered(body: bytes, **headers: str) -> dict[str, Any]:
    request = {"REQUEST_METHOD": "POST", "PATH_INFO": ORDERS, "CONTENT_LENGTH": str(len(body))}
    return {**request, "wsgi.input": io.BytesIO(body), **headers}


def _until(check: Any) -> None:
    for _ in range(1000):
        if check():
            return
        threading.Event().wait(0.01)
    raise AssertionError("waited too long")


def test_orders_wait_for_each_other_without_a_thread_each():
    product = Answers()
    take = in_line(product, {})  # type: ignore[arg-type] -- as above
    ends = [End() for _ in range(5)]

    for number, end in enumerate(ends):
        take(end, _ordered(b"%d" % number))  # returns at once, from this very thread
    _until(lambda: len(product.waiting) == len(ends))
    assert not any(end.answered for end in ends)

    for fiber in product.waiting:
        fiber.call()
    _until(lambda: all(end.answered for end in ends))
    assert [end.answered for end in ends] == [[(200, b"%d" % number)] for number in range(5)]


def test_an_order_with_a_key_to_repeat_it_by_is_made_alone():
    end = End()
    take = in_line(Answers(), {})  # type: ignore[arg-type] -- as above

    take(end, _ordered(b"alone", HTTP_IDEMPOTENCY_KEY="one"))

    assert end.answered == [(200, b"alone")]


@pytest.mark.parametrize(
    ("path", "more", "body", "is_together"),
    [
        ("/v1/orders/12", {}, COMPLETED, True),
        ("/v1/orders/0f0e-aa", {}, COMPLETED, True),
        ("/v1/orders/12", {}, b'{"status": "cancelled"}', False),
        ("/v1/orders/12", {"QUERY_STRING": "include=event"}, COMPLETED, False),
        ("/v1/orders/12/relationships/event", {}, COMPLETED, False),
        ("/v1/orders/12", {}, COMPLETED + b" " * 2000, False),  # long: it may still be on its way
    ],
)
def test_who_completes_an_order_and_asks_for_nothing_else_waits_with_the_others(path, more, body, is_together):
    product, end = Answers(), End()
    take = in_line(product, {})  # type: ignore[arg-type] -- as above

    take(end, {**_ordered(body, **more), "REQUEST_METHOD": "PATCH", "PATH_INFO": path})

    if is_together:
        _until(lambda: product.waiting)
        assert end.answered == []
        product.waiting[0].call()
        _until(lambda: end.answered)
    assert (end.answered, bool(product.waiting)) == ([(200, body)], is_together)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_takes_long_to_understand_keeps_no_other_order_waiting(monkeypatch, method):
    monkeypatch.setattr(line, "_SHORT", 100)
    product, end, path = Answers(), End(), ORDERS if method == "POST" else "/v1/orders/12"
    body = COMPLETED + b" " * 100

    in_line(product, {})(end, {**_ordered(body), "REQUEST_METHOD": method, "PATH_INFO": path})  # type: ignore[arg-type] -- as above

    assert (end.answered, product.waiting) == ([(200, body)], [])


def test_an_order_that_breaks_is_answered_and_harms_no_other():
    take = in_line(Answers(), {})  # type: ignore[arg-type] -- as above
    broken, end = End(), End()

    take(broken, _ordered(b"broken"))
    _until(lambda: broken.answered)
    take(end, _ordered(b"whole", HTTP_IDEMPOTENCY_KEY="one"))

    assert (broken.answered, end.answered) == ([(500, b"")], [(200, b"whole")])


def test_granian_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp, "_wsgi_call_wrap", None)
    stand_in_line()
    assert mp._wsgi_call_wrap is in_line  # noqa: SLF001 -- that is what the server looks at
