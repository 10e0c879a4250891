"""How the server's threads answer: over HTTP, with one place and one turn."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from granian.server import mp

from openevent.kit.turns import Turns
from openevent.main.line import in_line, stand_in_line


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
        self.settings = SimpleNamespace(threads=1)
        self.shell = SimpleNamespace(turns=Turns(1), database=SimpleNamespace(is_sqlite=is_sqlite))

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise ValueError("broken")
        if environ["PATH_INFO"] == "/wait":
            with self.shell.turns.lent():
                self.go.wait(10)
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]


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


def test_granian_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp, "_wsgi_call_wrap", None)
    stand_in_line()
    assert mp._wsgi_call_wrap is in_line  # noqa: SLF001 -- that is what the server looks at
