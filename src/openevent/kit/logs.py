"""Log lines: readable or JSON, each with the request it belongs to, none with a secret."""

from __future__ import annotations

import contextvars
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TextIO

import msgspec

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

ACCESS = "openevent.requests"  # the logger of answered requests
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_HIDDEN = "[hidden]"
_SECRET_NAME = re.compile(r"authorization|cookie|passw|secret|token|signature|^sig$|^key$|csrf", re.IGNORECASE)
_SECRETS = (
    # Authorization and cookie headers, as text or in the repr of a dictionary
    (re.compile(r"(?i)((?:authorization|(?:set-)?cookie)['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+"), r"\1" + _HIDDEN),
    (re.compile(r"(?i)\b(jwt|bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 " + _HIDDEN),
    # ?token=..., &sig=..., "password": "..."
    (
        re.compile(
            r"(?i)((?:[\w-]*(?:token|passw(?:or)?d|secret|signature|csrf)[\w-]*|\bsig)['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;}]+"
        ),
        r"\1" + _HIDDEN,
    ),
    # Three dotted base64 parts: a JSON Web Token wherever it stands
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"), _HIDDEN),
    # Addresses whose last part is all that is needed to act
    (re.compile(r"(/(?:unsubscribe|shared)/)[^/\s?]+"), r"\1" + _HIDDEN),
    # user:password@ in addresses of databases and mail servers
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:" + _HIDDEN + "@"),
)


# What no ordinary path holds; only a text in which this is found is searched for secrets.
_SUSPECT = re.compile(
    r"(?i)token|passw|secret|signature|csrf|sig|auth|cookie|jwt|bearer|basic|eyJ|@|unsubscribe|shared"
)


def clean(text: str) -> str:
    """Return text without the secrets that can be told by their shape.

    >>> clean("GET /verify?token=abc123&next=/ Authorization: JWT eyJhbGciOi.eyJpZCI6.c2ln")
    'GET /verify?token=[hidden]&next=/ Authorization: [hidden]'
    """
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _clean_value(name: str, value: object) -> object:
    if _SECRET_NAME.search(name):
        return _HIDDEN
    return value if isinstance(value, int | float | bool) or value is None else clean(str(value))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record says beside its message, without secrets."""
    found = {name: _clean_value(name, value) for name, value in record.__dict__.items() if name not in _OWN}
    current = request_id.get()
    return {"request_id": current} | found if current else found


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    return clean("".join(traceback.format_exception(record.exc_info[1])))


@lru_cache(maxsize=4)
def _second(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S")


@lru_cache(maxsize=2048)
def _clean_path(path: str) -> str:
    return clean(path) if _SUSPECT.search(path) else path


class Answered(NamedTuple):
    """One answered request; `at` is in seconds since 1970, `seconds` how long it took."""

    at: float
    request_id: str
    method: str
    path: str
    route: str
    status: int
    seconds: float
    client: str

    def readable(self) -> str:
        """Return the line for people."""
        path = _clean_path(self.path)
        # A line break in somebody's path must not look like a line of ours.
        path = path if path.isprintable() else path.encode("unicode_escape").decode()
        return (
            f"{_second(int(self.at))} info    {self.method} {path} {self.status}  "
            f"request_id={self.request_id} milliseconds={self.seconds * 1000:.1f} client={self.client}"
        )

    def as_object(self) -> dict[str, Any]:
        """Return the line for programs."""
        return {
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds"),
            "level": "info",
            "logger": ACCESS,
            "message": f"{self.method} {_clean_path(self.path)} {self.status}",
            "request_id": self.request_id,
            "milliseconds": round(self.seconds * 1000, 1),
            "client": self.client,
        }


class AccessLines(logging.LogRecord):
    """Answered requests, one line each, written at once: a write for each would cost more than many answers."""

    def __init__(self, answered: Sequence[Answered]) -> None:
        super().__init__(ACCESS, logging.INFO, "", 0, "%d requests", (len(answered),), None)
        self.answered = answered


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if isinstance(record, AccessLines):
            return "\n".join(msgspec.json.encode(one.as_object()).decode() for one in record.answered)
        found: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
            **fields_of(record),
        }
        if trace := _trace(record):
            found["trace"] = trace
        return msgspec.json.encode(found).decode()


class ReadableLines(logging.Formatter):
    """Lines for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the trace below it."""
        if isinstance(record, AccessLines):
            return "\n".join(one.readable() for one in record.answered)
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        extra = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        # A line break in somebody's path must not look like a line of ours.
        message = clean(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")
        line = f"{at} {record.levelname.lower():7} {message}" + (f"  {extra}" if extra else "")
        return f"{line}\n{_trace(record)}".rstrip()


def set_up(level: str, style: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to standard error in one form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else ReadableLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("alembic", "werkzeug", "_granian"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
