"""The front door: every request comes in here, and goes to a probe, to the API or to a page."""

from __future__ import annotations

import itertools
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from http.client import responses
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from openevent.jsonapi.engine import Engine
from openevent.jsonapi.errors import ApiError, error_document
from openevent.jsonapi.request import MEDIA_TYPE, Request, Response
from openevent.kit import logs
from openevent.kit.access import ANONYMOUS, Actor
from openevent.kit.clock import SystemClock
from openevent.kit.config import Settings
from openevent.kit.errors import Unauthenticated
from openevent.kit.jwt import TokenUnreadable
from openevent.kit.logs import Answered
from openevent.kit.work import Shell
from openevent.main import headers as answers
from openevent.main import once
from openevent.main.environment import environment, is_admin
from openevent.main.health import Health, build_info
from openevent.main.ledger import Ledger
from openevent.main.network import client, is_within
from openevent.main.routes import Routes
from openevent.main.translate import as_refusal, to_api
from openevent.main.unchanged import Question, Unchanged
from openevent.people.resources import ANONYMOUS_PATHS, caller_by_header

if TYPE_CHECKING:
    from openevent.main.metrics import Metrics

StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

log = logging.getLogger("openevent.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CHUNK = 65_536
_CLOCK = SystemClock()
_numbers = itertools.count()
JSON = {"Content-Type": "application/json"}


class Visit(NamedTuple):
    """One request, as far as the door has understood it."""

    environ: dict[str, Any]
    method: str
    path: str
    client: str
    is_secure: bool


class Door:
    """The WSGI application."""

    def __init__(self, settings: Settings, shell: Shell, engine: Engine, pages: WsgiApp, routes: Routes) -> None:
        self._settings = settings
        self._shell = shell
        self._engine = engine
        self._pages = pages
        self._routes = routes
        self._health = Health(shell)
        self._ledger = Ledger(self._count)
        self._unchanged = Unchanged(shell.database.mark)
        self._probes: dict[str, Callable[[Visit], Response]] = {
            "/healthz": lambda _visit: _json(200, {"status": "ok"}),
            "/readyz": self._ready,
            "/metrics": self._show_metrics,
            "/info": lambda _visit: _json(200, build_info()),
            "/health-check": self._check_health,
            "/environment": self._show_environment,
        }

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        visit = self._understand(environ)
        name = _request_id(environ)
        token = logs.request_id.set(name)
        try:
            status, route, body = self._answer(visit, start_response)
        finally:
            logs.request_id.reset(token)
        at, seconds = _CLOCK.now().timestamp(), time.perf_counter() - started
        self._ledger.note(Answered(at, name, visit.method, visit.path, route, status, seconds, visit.client))
        return body

    @cached_property
    def _metrics(self) -> Metrics:
        from openevent.main.metrics import Metrics  # noqa: PLC0415 -- the first answer does not wait for its library

        return Metrics(self._shell)

    def _count(self, answered: Sequence[Answered]) -> None:
        self._metrics.count(answered)

    def close(self) -> None:
        """Write down what was answered last."""
        self._ledger.write()

    def _understand(self, environ: dict[str, Any]) -> Visit:
        address, scheme = client(environ, self._settings.trusted_proxies)
        environ["REMOTE_ADDR"], environ["wsgi.url_scheme"] = address, scheme
        path = str(environ.get("PATH_INFO", "/"))
        if not path.isascii():  # WSGI passes bytes as if they were Latin-1 (PEP 3333)
            path = path.encode("latin-1", "replace").decode("utf-8", "replace")
        return Visit(environ, str(environ["REQUEST_METHOD"]), path, address, scheme == "https")

    def _answer(self, visit: Visit, start_response: StartResponse) -> tuple[int, str, Iterable[bytes]]:
        if self._routes.is_api(visit.path):
            question = self._question(visit)
            if question is not None and question.known is not None:
                kept = question.known
                start_response(_status(304), [*kept.headers, ("X-Request-ID", logs.request_id.get())])
                return 304, kept.route, [b""]
            return self._send(visit, start_response, self._api(visit), self._routes.template(visit.path), question)
        if visit.path in self._probes and visit.method in ("GET", "HEAD"):
            return self._send(visit, start_response, _guarded(self._probes[visit.path], visit), visit.path, None)
        return self._page(visit, start_response)

    def _question(self, visit: Visit) -> Question | None:
        """Return what a stranger asks; None as well where the database is away: the usual way says so."""
        try:
            return self._unchanged.question(visit.environ)
        except Exception as error:
            if as_refusal(error) is None:
                raise
            return None

    def _send(
        self, visit: Visit, start_response: StartResponse, response: Response, route: str, question: Question | None
    ) -> tuple[int, str, Iterable[bytes]]:
        response = answers.allow_origin(response, visit.environ.get("HTTP_ORIGIN"), self._settings.cors_origins)
        headers = answers.for_api(response, visit.is_secure)
        if question is not None:
            self._unchanged.keep(question, response, headers, route)
        start_response(_status(response.status), [*headers, ("X-Request-ID", logs.request_id.get())])
        is_known = response.status not in (404, 405)
        return response.status, route if is_known else "none", [b"" if visit.method == "HEAD" else response.body]

    # Pages

    def _page(self, visit: Visit, start_response: StartResponse) -> tuple[int, str, Iterable[bytes]]:
        statuses = [500]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 -- PEP 3333
            statuses[0] = int(status.split(" ", 1)[0])
            more = answers.for_page(headers, is_secure=visit.is_secure, request_id=logs.request_id.get())
            return start_response(status, [*headers, *more], exc_info)

        body = self._pages(visit.environ, start)
        return statuses[0], str(visit.environ.get("openevent.route", "none")), body

    # The API

    def _api(self, visit: Visit) -> Response:
        return answers.preflight() if visit.method == "OPTIONS" else _guarded(self._asked, visit)

    def _asked(self, visit: Visit) -> Response:
        is_upload = visit.method == "POST" and self._routes.takes_files(visit.path)
        body = b"" if is_upload else _read_body(visit.environ, self._settings.max_body)
        try:
            caller = self._caller(visit)
        except TokenUnreadable as error:
            return _json(422, {"error": error.detail})
        except Unauthenticated as error:
            return _json(401, {"error": error.detail})
        if is_upload:  # much is read only of people who are known
            most = self._settings.max_body if caller.kind == ANONYMOUS else self._settings.max_upload
            body = _read_body(visit.environ, most)
        query = str(visit.environ.get("QUERY_STRING", ""))
        request = Request(visit.method, visit.path, query, Headers(visit.environ), body, caller)
        return once.answer(self._shell, self._engine, request) or _refusal(ApiError(404, "There is no such address."))

    def _caller(self, visit: Visit) -> Actor:
        authorization = str(visit.environ.get("HTTP_AUTHORIZATION", ""))
        if visit.path in ANONYMOUS_PATHS:
            authorization = ""
        return caller_by_header(self._shell, authorization, origin=visit.client)

    # Probes

    def _ready(self, _visit: Visit) -> Response:
        is_ready, found = self._health.ready()
        return _json(200 if is_ready else 503, {"status": "ready" if is_ready else "not ready", **found})

    def _check_health(self, _visit: Visit) -> Response:
        is_well, found = self._health.report()
        return _json(200 if is_well else 500, found)

    def _show_environment(self, visit: Visit) -> Response:
        if not is_admin(self._shell, str(visit.environ.get("HTTP_AUTHORIZATION", "")), visit.client):
            challenge = {"WWW-Authenticate": 'Basic realm="environment", charset="UTF-8"', **JSON}
            return Response(401, challenge, msgspec.json.encode({"error": "Admins sign in with HTTP Basic here."}))
        return _json(200, environment(self._shell))

    def _show_metrics(self, visit: Visit) -> Response:
        if not is_within(visit.client, self._settings.metrics_from):
            return _refusal(ApiError(404, "There is no such address."))
        self._ledger.write()
        return Response(200, {"Content-Type": self._metrics.content_type}, self._metrics.render())


def _guarded(answer: Callable[[Visit], Response], visit: Visit) -> Response:
    """Return an answer, or what is to be said in its stead."""
    try:
        return answer(visit)
    except ApiError as error:
        return _refusal(error)
    except Exception as error:
        translated = to_api(error)
        if translated is None:
            log.exception("an answer failed")
            translated = ApiError(500, "Something went wrong on our side.")
        return _refusal(translated)


def _json(status: int, found: object) -> Response:
    return Response(status, dict(JSON), msgspec.json.encode(found))


def _refusal(error: ApiError) -> Response:
    return Response(error.status, {"Content-Type": MEDIA_TYPE, **error.headers}, error_document([error]))


@lru_cache(maxsize=64)
def _status(status: int) -> str:
    return f"{status} {responses.get(status, 'Unknown')}"


class Headers(Mapping[str, str]):
    """The request's headers by lower-case name, looked up where WSGI keeps them: few are ever asked for."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._environ[_key(name)]

    def get(self, name: str, default: Any = None, /) -> Any:  # noqa: ANN401 -- as every mapping's
        """Return a header; the inherited way takes three times as long."""
        return self._environ.get(_key(name), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _key(name) in self._environ

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower()
        if self._environ.get("CONTENT_TYPE"):
            yield "content-type"

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=256)
def _key(name: str) -> str:
    return "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"


def _read_body(environ: dict[str, Any], most: int) -> bytes:
    """Return the body; raises ApiError 413 as soon as it is longer than allowed, whatever the client announced."""
    announced = str(environ.get("CONTENT_LENGTH") or "")
    if not announced and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    if announced and not announced.isdecimal():
        raise ApiError(400, "Content-Length must be a number.", source={"header": "Content-Length"})
    if announced and int(announced) > most:
        raise _too_large(most)
    stream, found, left = environ["wsgi.input"], bytearray(), int(announced or most + 1)
    while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
        found += chunk
        left -= len(chunk)
    if len(found) > most:
        raise _too_large(most)
    if announced and left > 0:
        raise ApiError(400, "The body is shorter than it was said to be.", source={"header": "Content-Length"})
    return bytes(found)


def _too_large(most: int) -> ApiError:
    return ApiError(413, f"A request may carry {most} bytes.", source={"header": "Content-Length"})


def _request_id(environ: dict[str, Any]) -> str:
    given = environ.get("HTTP_X_REQUEST_ID")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return str(given)
    return f"{_process_name()}{next(_numbers):08x}"


@lru_cache(maxsize=1)
def _process_name() -> str:
    """Return what tells this process's requests from all others'; found after the fork that made the process."""
    return secrets.token_hex(4)
