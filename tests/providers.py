"""A provider of sign-in that speaks OAuth 2.0 with PKCE over HTTP, as strict as the real ones."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

KEYS = ("client & id", "client: secret")


@dataclass
class FakeProvider:
    """Answers at <url>/<name>/token and /profile; `consent` is the browser's visit at /authorize."""

    url: str = ""
    profiles: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    token_answer: dict[str, Any] | None = None

    def consent(self, address: str) -> dict[str, str]:
        """Say yes at the authorize address; return what the provider sends back to the client in the query."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == KEYS[0]
        assert asked.get("code_challenge_method", "S256") == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer_token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self.codes.pop(form.get("code", ""), None)  # a code works once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or asked.get("code_challenge", challenge.rstrip(b"=").decode()) != challenge.rstrip(b"=").decode()
        ):
            return 400, {"error": "invalid_grant"}
        pair = base64.b64encode(b"client%20%26%20id:client%3A%20secret").decode()
        by_form = (form.get("client_id"), form.get("client_secret")) == KEYS
        if not by_form and authorization != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(8)
        self.tokens.add(token)
        given = {"access_token": token, "token_type": "bearer", "expires_in": 3600, "refresh_token": "kept back"}
        return 200, given if self.token_answer is None else self.token_answer

    def answer_profile(self, name: str, authorization: str) -> tuple[int, Any]:
        if authorization.removeprefix("Bearer ") not in self.tokens:
            return 401, {"error": "invalid_token"}
        return 200, self.profiles[name]


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    found = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            assert self.path.endswith("/token")
            self._reply(*found.answer_token(form, self.headers.get("Authorization", "")))

        def do_GET(self) -> None:
            name = self.path.split("/")[1]
            self._reply(*found.answer_profile(name, self.headers.get("Authorization", "")))

        def _reply(self, status: int, answer: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
