"""The one error that leaves the engine, and the document it becomes (JSON:API 1.1, section Error Objects)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Access Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Request Limit Exceeded",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class ApiError(Exception):
    """One refused request: a status, and where and why.

    `source` is the error object's source member: {"pointer": ...}, {"parameter": ...} or {"header": ...}.
    `text_status` renders the status as text, as the reference does for values that fail validation.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        source: Mapping[str, Any] | None = None,
        title: str | None = None,
        code: str | None = None,
        text_status: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail.encode("utf-8", "replace").decode()  # it may quote what a client sent: lone surrogates
        self.source = dict(source or {})
        self.title = title or TITLES.get(status, "Error")
        self.code = code
        self.text_status = text_status
        self.headers = dict(headers or {})

    def as_object(self) -> dict[str, Any]:
        """Return the error object."""
        status: int | str = str(self.status) if self.text_status else self.status
        found: dict[str, Any] = {"status": status, "source": self.source, "title": self.title, "detail": self.detail}
        if self.code:
            found["code"] = self.code
        return found


class ManyErrors(Exception):
    """Several errors of one request; the first one's status is the answer's."""

    def __init__(self, errors: Sequence[ApiError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = tuple(errors)


def invalid(pointer: str, detail: str) -> ApiError:
    """Return the error of a value that fails validation: 422, with the status as text (v1 reference 3.1)."""
    return ApiError(422, detail, source={"pointer": pointer}, title="Validation error", text_status=True)


def bad_parameter(name: str, detail: str, title: str | None = None) -> ApiError:
    """Return the error of a query parameter that cannot be understood: 400."""
    return ApiError(400, detail, source={"parameter": name}, title=title or f"Invalid {name} querystring parameter.")


def error_document(errors: Sequence[ApiError]) -> bytes:
    """Return the whole error document as bytes."""
    return msgspec.json.encode({"errors": [error.as_object() for error in errors], "jsonapi": {"version": "1.0"}})
