"""A server of a payment provider, with what can go wrong between it and us."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from remote import Asked, Told

OK = "ok"
LOST = "lost"  # the request never arrives
DROPPED = "dropped"  # it arrives and is done, the answer is lost
SLOW = "slow"  # it is done, the answer comes when nobody waits any more
BROKEN = "broken"  # 500 before anything is done
FAULTS = (LOST, DROPPED, SLOW, BROKEN)
PATIENCE = 30.0  # of calls to such a server, in seconds: however busy the machine is, it answers within that
HASTE = 0.4  # of a call that is not to hear a slow answer
_LATE = 5.0  # how long a slow answer waits for the caller to hang up


class Gateway(Protocol):
    """What stands behind the server. `faults` are what happens to the next requests; afterwards all goes well."""

    url: str
    asked: list[Asked]
    faults: list[str]

    def answer(self, asked: Asked) -> Told: ...


@contextmanager
def serving(gateway: Gateway) -> Generator[None]:
    """Let a gateway answer over HTTP until the block ends; its books are open to one request at a time."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, self.rfile.read(length))
            told, is_slow = _told(gateway, lock, asked)
            if is_slow:
                self._wait_for_nobody()
            if told is None:
                self.close_connection = True  # without a word
            else:
                self._tell(told)

        def _wait_for_nobody(self) -> None:
            self.connection.settimeout(_LATE)
            with suppress(OSError):
                self.connection.recv(1)  # comes back as soon as the other end is closed

        def _tell(self, told: Told) -> None:
            self.send_response(told.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(told.data)), **told.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            try:
                self.end_headers()
                self.wfile.write(told.data)
            except OSError:
                return  # nobody waited

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def _told(gateway: Gateway, lock: threading.Lock, asked: Asked) -> tuple[Told | None, bool]:
    """Ask the gateway, as far as the request gets there; None when no answer gets back. And whether it is too late."""
    with lock:
        fault = gateway.faults.pop(0) if gateway.faults else OK
        if fault == LOST:
            return None, False
        gateway.asked.append(asked)
        told = Told({"error": {"message": "on our side"}}, 500) if fault == BROKEN else gateway.answer(asked)
    return None if fault == DROPPED else told, fault == SLOW


def same_request(asked: Asked) -> tuple[Any, ...]:
    """What a repeated request has to have in common with the first: method, path, body."""
    try:
        body = json.loads(asked.body)
    except ValueError:
        body = asked.form
    return asked.method, asked.path, json.dumps(body, sort_keys=True)
