"""Servers of somebody else, on 127.0.0.1: they keep what they were asked and answer as a test tells them."""

from __future__ import annotations

import json as json_codec
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the other server got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json_codec.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True, slots=True)
class Told:
    """What it answers; a body that is neither text nor bytes is sent as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json_codec.dumps(self.body)).encode()


@dataclass
class Remote:
    """A running server: `url` has no slash at the end, `asked` is what it was asked so far."""

    url: str
    asked: list[Asked] = field(default_factory=list[Asked])


@contextmanager
def remote(answer: Callable[[Asked], Told]) -> Generator[Remote]:
    """Run a server that answers by this function until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, self.rfile.read(length))
            found.asked.append(asked)
            told = answer(asked)
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.data)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.data)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Remote(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
