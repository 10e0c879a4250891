"""The few ways in which something may not go through. HTTP numbers live in the one translator (main/translate.py)."""

from __future__ import annotations


class DomainError(Exception):
    """Something a caller asked for can't be done; `code` is stable kebab-case, `detail` is for people."""

    code = "refused"

    def __init__(self, detail: str = "", *, pointer: str | None = None, parameter: str | None = None) -> None:
        super().__init__(detail or self.code)
        self.detail = detail or self.code.replace("-", " ").capitalize()
        self.pointer = pointer  # JSON pointer into the request document, such as /data/attributes/name
        self.parameter = parameter  # name of the query or path parameter at fault

    @property
    def source(self) -> dict[str, object]:
        """What the wire says about the place; errors of a domain may say more."""
        if self.pointer is not None:
            return {"pointer": self.pointer}
        return {"parameter": self.parameter} if self.parameter is not None else {"source": ""}


class NotFound(DomainError):
    """It does not exist, or this caller may not know that it does."""

    code = "not-found"


class Unauthenticated(DomainError):
    """The caller has to sign in first."""

    code = "sign-in-required"


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"


class Invalid(DomainError):
    """A value is wrong; `pointer` says where."""

    code = "invalid"


class Malformed(DomainError):
    """The request cannot be understood at all (400), as opposed to a wrong value (422)."""

    code = "malformed"


class Conflict(DomainError):
    """It contradicts what is already there."""

    code = "conflict"


class SwitchedOff(DomainError):
    """There is such a thing, but it is switched off here (the first version of the API answers 405)."""

    code = "switched-off"


class Unavailable(DomainError):
    """Not now: a service is down or a limit is used up; `retry_after` in seconds when known."""

    code = "unavailable"

    def __init__(self, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooManyRequests(Unavailable):
    """A rate limit is used up."""

    code = "too-many-requests"
