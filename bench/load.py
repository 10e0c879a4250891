"""A closed-loop load: so many keep-alive connections to 127.0.0.1, each asking again as soon as it is answered."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MakeRequest = Callable[[int], bytes]  # number of the request -> its bytes on the wire


@dataclass
class Outcome:
    """What came back: latencies in seconds, statuses, and the wall time of the whole run."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds that this share of answers stayed below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Connection:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.started = 0.0

    def ask(self, request: bytes) -> None:
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Read what is there; return the status when the answer is complete."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or len(self.buffer) < end + 4 + _body_length(self.buffer[:end]):
            return None
        status = int(self.buffer[9:12])
        self.buffer.clear()
        return status


def _body_length(head: bytes | bytearray) -> int:
    for line in bytes(head).split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def run(port: int, make: MakeRequest, *, connections: int, requests: int) -> Outcome:
    """Send `requests` requests over `connections` connections; every answer is awaited."""
    selector = selectors.DefaultSelector()
    outcome = Outcome(0.0)
    sent = 0
    began = time.perf_counter()
    for _ in range(min(connections, requests)):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask(make(sent))
        sent += 1
    while len(outcome.latencies) < requests:
        for key, _ in selector.select(timeout=30):
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            outcome.latencies.append(time.perf_counter() - connection.started)
            outcome.statuses[status] += 1
            if sent < requests:
                connection.ask(make(sent))
                sent += 1
    outcome.seconds = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return outcome


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a GET request."""
    return _head("GET", path, {"Accept": "application/vnd.api+json", **(headers or {})})


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of a POST request."""
    return _head("POST", path, {"Content-Length": str(len(body)), **headers}) + body


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
