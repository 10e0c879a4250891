"""Who is at the other end: the client's address and scheme, seen through the proxies that we trust and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from openevent.kit.config import Network

Address = IPv4Address | IPv6Address


def parse(text: str) -> Address | None:
    """Return an address, None for what is none; an IPv4 address in IPv6 clothes is an IPv4 address."""
    try:
        found = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Tell whether an address belongs to one of these networks."""
    found = parse(address)
    return found is not None and any(found in network for network in networks)


def client(environ: Mapping[str, Any], trusted: Sequence[Network]) -> tuple[str, str]:
    """Return the client's address and the scheme it used.

    X-Forwarded-For is read from its end, past every proxy that we trust; what stands before an address that we do
    not trust was written by a stranger.
    """
    address, scheme = _without_port(str(environ.get("REMOTE_ADDR", ""))), str(environ.get("wsgi.url_scheme", "http"))
    if not trusted or not is_within(address, trusted):
        return address, scheme
    if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
        scheme = str(environ["HTTP_X_FORWARDED_PROTO"])
    for hop in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        found = parse(_without_port(hop.strip()))
        if found is None:
            break
        address = str(found)
        if not is_within(address, trusted):
            break
    return address, scheme


def _without_port(text: str) -> str:
    """Return the address alone.

    >>> _without_port("192.0.2.7:51234"), _without_port("[2001:db8::1]:443"), _without_port("2001:db8::1")
    ('192.0.2.7', '2001:db8::1', '2001:db8::1')
    """
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
