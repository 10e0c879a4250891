"""Log lines: readable or JSON, each with the request it belongs to, none with a secret."""

from __future__ import annotations

import contextvars
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import msgspec

from openevent.kit.clock import SystemClock

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

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
    # user:password@ in addresses of databases and mail servers
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:" + _HIDDEN + "@"),
)


# What no ordinary path holds; only a text in which this is found is searched for secrets.
_SUSPECT = re.compile(r"(?i)token|passw|secret|signature|csrf|sig|auth|cookie|jwt|bearer|basic|eyJ|@")


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


_ALWAYS = {
    "name": "openevent.requests",
    "msg": "%s %s %d",
    **dict.fromkeys(("exc_info", "exc_text", "stack_info", "process", "processName", "thread", "threadName")),
    "pathname": __file__,
    "filename": "logs.py",
    "module": "logs",
    "funcName": "",
    "lineno": 0,
}


@lru_cache(maxsize=4)
def _second(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S")


class AccessRecord(logging.LogRecord):
    """One answered request. There is one for every request, so it says little and its line is made quickly."""

    # What every other record finds out for itself (the caller's frame, thread and process) nobody asks of these.
    def __init__(self, *, method: str, path: str, status: int, seconds: float, client: str, level: int) -> None:  # pyright: ignore[reportMissingSuperCall] -- said above
        self.__dict__.update(_ALWAYS)
        self.path = clean(path) if _SUSPECT.search(path) else path
        self.method, self.status, self.client = method, status, client
        self.args = (method, self.path, status)
        self.levelno, self.levelname = level, logging.getLevelName(level)
        self.created = SystemClock().now().timestamp()
        self.milliseconds = round(seconds * 1000, 1)

    def readable(self) -> str:
        """Return the line for people."""
        path = self.path if self.path.isprintable() else self.path.encode("unicode_escape").decode()
        return (
            f"{_second(int(self.created))} {self.levelname.lower():7} {self.method} {path} {self.status}  "
            f"request_id={request_id.get()} milliseconds={self.milliseconds} client={self.client}"
        )

    def as_object(self) -> dict[str, Any]:
        """Return the line for programs."""
        return {
            "at": datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds"),
            "level": self.levelname.lower(),
            "logger": self.name,
            "message": f"{self.method} {self.path} {self.status}",
            "request_id": request_id.get(),
            "milliseconds": self.milliseconds,
            "client": self.client,
        }


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if isinstance(record, AccessRecord):
            return msgspec.json.encode(record.as_object()).decode()
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
        if isinstance(record, AccessRecord):
            return record.readable()
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
