"""In-process clients of the whole product: nothing between them and the WSGI application."""

from __future__ import annotations

import io
import json as json_codec
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from answers import check_answer
from openevent.kit.access import Actor
from openevent.kit.work import Shell
from openevent.people.models import User

MEDIA_TYPE = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json_codec.loads(self.body)


@dataclass(slots=True)
class Api:
    """Calls the API as somebody: `api.post("/v1/events", json={...}, as_=ana)`."""

    application: Callable[..., Any]
    shell: Shell
    always: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> Answer:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        """POST."""
        return self.call("POST", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        """PATCH."""
        return self.call("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """DELETE."""
        return self.call("DELETE", path, **options)

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | None = None,
        as_: User | Actor | str | None = None,
        headers: Mapping[str, str] | None = None,
        environ: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Send one request; `as_` is an account, an actor, or a token as it is."""
        data = json_codec.dumps(json).encode() if json is not None else body or b""
        sent = {"Accept": MEDIA_TYPE, **self.always}
        if data or method in ("POST", "PATCH"):
            sent["Content-Type"] = MEDIA_TYPE
        if as_ is not None:
            sent["Authorization"] = f"JWT {as_ if isinstance(as_, str) else self.token(as_)}"
        sent |= headers or {}
        answer = self._send({**_environ(method, path, data, sent), **(environ or {})})
        check_answer(method, path, answer.status, answer.headers.get("Content-Type", ""), answer.body)
        return answer

    def token(self, who: User | Actor) -> str:
        """Return a fresh access token."""
        now = self.shell.clock.now()
        return self.shell.services.tokens.access(who.id, now=now, lasts=timedelta(hours=24), fresh=True)

    def _send(self, environ: dict[str, Any]) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self.application(environ, lambda status, headers, _error=None: started.append((status, headers)))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = started[-1]
        return Answer(int(status.split()[0]), Headers(headers), body)


def _environ(method: str, path: str, data: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(path)
    found: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": "127.0.0.1:8000",
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        found[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return found
