"""Calls to other servers: with a time limit, a bound on what comes back, and a guard on where they go.

Addresses of other servers are partly given by users (a video server, an image to fetch). Whoever may name an address
must not reach what only this machine can reach, so a name is looked up first, all its addresses are checked, and the
call goes to the address that was checked: a name that changes its mind in between gains nothing. Hosts that the
operator names (`OPENEVENT_OUTBOUND_HOSTS`) may be private: a video server in the same data centre.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpx
import msgspec

from openevent.kit.errors import Invalid, Unavailable

SECONDS = 10.0
MOST_BYTES = 10_000_000
_AGENT = "OpenEvent/1.0"

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(Invalid):
    """The address is none that this server calls: of another scheme, or inside of the operator's own network."""

    code = "address-refused"


class ServerUnreachable(Unavailable):
    """The other server did not answer, not in time, or with something that can't be read."""

    code = "server-unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; redirects are not followed, and 4xx and 5xx are answers like others."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is one of the 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- RFC 9110 section 15.3

    def json(self) -> Any:  # noqa: ANN401 -- whatever the other side sends
        """Return the body as JSON; raises ServerUnreachable when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (ValueError, RecursionError):
            raise ServerUnreachable("The other server's answer can't be read.") from None


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
        try:
            request = httpx.Request(
                method, _parsed(url), params=params, headers=sent, json=json, data=form, content=content
            )
            with httpx.Client(transport=_Guarded(self._allowed), timeout=self._seconds, trust_env=False) as client:
                request.extensions["timeout"] = httpx.Timeout(self._seconds).as_dict()
                response = client.send(request, stream=True)
                body = _bounded(response, most_bytes, time.monotonic() + self._seconds)
                return Answer(response.status_code, dict(response.headers), body)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ServerUnreachable("The other server can't be reached.") from None

    def check(self, url: str) -> None:
        """Raise AddressRefused for an address that a call would not go to; a name that nobody knows passes."""
        parsed = _parsed(url)
        if parsed.host.lower() not in self._allowed:
            for address in _literal(parsed.host):
                _refuse_private(address)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise AddressRefused("This is not an address.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise AddressRefused("Only http:// and https:// addresses without a password are called.")
    return parsed


class _Guarded(httpx.BaseTransport):
    """Looks a name up, checks what it found, and connects to exactly that."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host.lower() in self._allowed:
            return self._inner.handle_request(request)
        address = _checked(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions["sni_hostname"] = host  # whom the certificate has to be of
        request.url = request.url.copy_with(host=str(address))  # the Host header keeps the name
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _checked(host: str, port: int) -> Address:
    found = _literal(host) or _looked_up(host, port)
    for address in found:  # all of them: one private address beside a public one is no accident
        _refuse_private(address)
    return found[0]


def _literal(host: str) -> list[Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        return []


def _looked_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ServerUnreachable("The other server's name is not known.") from None
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _refuse_private(address: Address) -> None:
    for one in _carried(address) or [address]:
        if not one.is_global or one.is_multicast:
            raise AddressRefused("This address is not a public one.")


def _carried(address: Address) -> list[Address]:
    """Return the IPv4 address that stands in an IPv6 one and that packets to it end up at (RFC 4291, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        return []
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return [inner] if inner else []


def _bounded(response: httpx.Response, most: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    left = most
    for part in response.iter_bytes():
        left -= len(part)
        if left < 0 or time.monotonic() > deadline:  # the time limits of a connection start anew with every packet
            raise ServerUnreachable("The other server's answer is too long.")
        parts.append(part)
    return b"".join(parts)
