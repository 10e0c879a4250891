"""Calls to other servers: with a time limit, a bound on what comes back, and a guard on where they go.

Addresses of other servers are partly given by users (a video server, an image to fetch). Whoever may name an address
must not reach what only this machine can reach, so a name is looked up first, all its addresses are checked, and the
call goes to the address that was checked: a name that changes its mind in between gains nothing. Hosts that the
operator names (`OPENEVENT_OUTBOUND_HOSTS`) may be private: a video server in the same data centre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openevent.kit.answers import AddressRefused, Answer, ServerUnreachable

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["AddressRefused", "Answer", "Outbound", "ServerUnreachable"]

SECONDS = 10.0
MOST_BYTES = 10_000_000
_AGENT = "OpenEvent/1.0"


class Outbound:
    """The one way out. `allowed` are names of hosts that may be private, as they stand in addresses."""

    def __init__(self, allowed: Sequence[str] = (), *, seconds: float = SECONDS) -> None:
        """Prepare; connections are opened for each call and closed after it."""
        self._allowed = frozenset(name.lower() for name in allowed)
        self._seconds = seconds

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,  # noqa: ANN401 -- anything that JSON can say
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """Send one request; raises AddressRefused or ServerUnreachable. `form` is sent URL-encoded."""
        sent = {"User-Agent": _AGENT, **(headers or {})}
        parts = {"method": method, "params": params, "headers": sent, "json": json, "data": form}
        bounds = {"allowed": self._allowed, "seconds": self._seconds, "most_bytes": most_bytes}
        return _guarded().send(url, {**parts, "content": content}, **bounds)

    def check(self, url: str) -> None:
        """Raise AddressRefused for an address that a call would not go to; a name that nobody knows passes."""
        _guarded().check(url, self._allowed)


def _guarded() -> ModuleType:
    from openevent.kit import guarded  # noqa: PLC0415 -- the HTTP client takes long to load, and few requests call out

    return guarded
