"""Bodies that come slowly keep a thread, no turn, and not too many threads."""

from __future__ import annotations

import io
import threading

import pytest

from openevent.kit.errors import Unavailable
from openevent.kit.turns import Turns
from openevent.main.bodies import Bodies


class Slow(io.BytesIO):
    """A stream that comes when it is told to."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked, self.go = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.set()
        assert self.go.wait(10)
        return super().read(size)


def _request(content: bytes = b"", *, stream: io.BytesIO | None = None, **headers: str) -> dict:
    return {"REQUEST_METHOD": "POST", "wsgi.input": stream or io.BytesIO(content), **headers}


def test_a_short_body_is_taken_in():
    bodies, request = Bodies(Turns(1), longest=5, places=1), _request(b"12345", CONTENT_LENGTH="5")

    assert bodies.take_in(request)
    assert isinstance(request["wsgi.input"], io.BytesIO)
    assert request["wsgi.input"].read() == b"12345"


def test_without_a_body_nothing_is_read():
    request = _request(stream=Slow(b""))

    assert Bodies(Turns(1), longest=5, places=0).take_in(request)


@pytest.mark.parametrize(
    "headers", [{"CONTENT_LENGTH": "6"}, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "x"}]
)
def test_a_long_body_is_left_to_be_read_by_who_lends_his_turn(headers):
    turns = Turns(1)
    bodies, stream = Bodies(turns, longest=5, places=1), Slow(b"123456")
    request, read = _request(stream=stream, **headers), []
    assert not bodies.take_in(request)

    def answer() -> None:
        with bodies.coming(request), turns.taken():
            read.append(request["wsgi.input"].read())

    reader = threading.Thread(target=answer)
    reader.start()
    assert stream.asked.wait(10)
    with turns.taken():  # the only one, lent out
        assert not read
    stream.go.set()
    reader.join(10)

    assert read == [b"123456"]


@pytest.mark.parametrize("length", ["3", "9"])
def test_with_all_places_taken_reading_is_refused_and_afterwards_not(length):
    bodies, stream = Bodies(Turns(1), longest=5, places=1), Slow(b"123")
    reader = threading.Thread(target=bodies.take_in, args=(_request(stream=stream, CONTENT_LENGTH="3"),))
    reader.start()
    assert stream.asked.wait(10)

    assert _read(bodies, length) == "refused"
    stream.go.set()
    reader.join(10)
    assert _read(bodies, length) == b"abc"


def _read(bodies: Bodies, length: str) -> object:
    request = _request(b"abc", CONTENT_LENGTH=length)
    try:
        if bodies.take_in(request):
            return request["wsgi.input"].read()
        with bodies.coming(request):
            return request["wsgi.input"].read()
    except Unavailable:
        return "refused"
