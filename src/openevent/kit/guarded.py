"""The half of `kit.outbound` that speaks HTTP: it looks a name up, checks what it found, and connects to just that."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpx

from openevent.kit.answers import AddressRefused, Answer, ServerUnreachable

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")


def send(url: str, parts: Mapping[str, Any], *, allowed: AbstractSet[str], seconds: float, most_bytes: int) -> Answer:
    """Send one request, made of what `httpx.Request` takes beside it; raises AddressRefused or ServerUnreachable."""
    try:
        request = httpx.Request(url=_parsed(url), **parts)
        with httpx.Client(transport=_Guarded(allowed), timeout=seconds, trust_env=False) as client:
            request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
            response = client.send(request, stream=True)
            body = _bounded(response, most_bytes, time.monotonic() + seconds)
            return Answer(response.status_code, dict(response.headers), body)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ServerUnreachable("The other server can't be reached.") from None


def check(url: str, allowed: AbstractSet[str]) -> None:
    """Raise AddressRefused for an address that a call would not go to; a name that nobody knows passes."""
    parsed = _parsed(url)
    if parsed.host.lower() not in allowed:
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


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom we trust: reading all certificates takes most of the time of a call, and they don't change."""
    return httpx.create_ssl_context(trust_env=False)


class _Guarded(httpx.BaseTransport):
    """Looks a name up, checks what it found, and connects to exactly that."""

    def __init__(self, allowed: AbstractSet[str]) -> None:
        self._allowed = allowed
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.HTTPTransport(verify=_trusted(), trust_env=False, limits=limits)

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
