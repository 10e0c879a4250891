"""Whole documents: the parts that stand around the resource objects, and the headers that go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from openevent.jsonapi.negotiate import check_expected, etag, is_known
from openevent.jsonapi.query import Query
from openevent.jsonapi.request import MEDIA_TYPE, Request, Response

_VERSION = b'"jsonapi":{"version":"1.0"}}'
_HEADERS = {"Content-Type": MEDIA_TYPE, "Vary": "Accept, Authorization"}
_encode = msgspec.json.Encoder().encode


def one(data: bytes, included: Sequence[bytes] | None, links: bytes) -> bytes:
    """Return the document of one resource object, with the links object of that."""
    return b'{"data":%b,"links":%b,%b%b' % (data, links, _included(included), _VERSION)


def nothing(included: Sequence[bytes] | None, link: str) -> bytes:
    """Return the document of an empty to-one relationship."""
    return one(b"null", included, _encode({"self": link}))


def many(data: Sequence[bytes], included: Sequence[bytes] | None, links: bytes, count: int) -> bytes:
    """Return the document of a list; `count` is the total before paging."""
    return b'{"data":[%b],"links":%b,%b"meta":{"count":%d},%b' % (
        b",".join(data),
        links,
        _included(included),
        count,
        _VERSION,
    )


def linkage(data: bytes, links: Mapping[str, str]) -> bytes:
    """Return the document of a relationship: who is linked, without saying more about them."""
    return b'{"links":%b,"data":%b,%b' % (_encode(links), data, _VERSION)


def _included(included: Sequence[bytes] | None) -> bytes:
    return b"" if included is None else b'"included":[%b],' % b",".join(included)


def page_links(path: str, query: Query, count: int) -> bytes:
    """Return a list's links: to itself, and to the other pages when there is more than one."""
    path = quote(path)
    links = {"self": path + query.here}
    last = max(1, -(-count // query.page.size))
    if last > 1:
        number = query.page.number
        links["first"] = path + query.elsewhere
        links["last"] = path + query.to_page(last)
        if number > 1:
            links["prev"] = path + query.to_page(min(number - 1, last))
        if number < last:
            links["next"] = path + query.to_page(number + 1)
    return _encode(links)


def answer(
    request: Request, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None, *, lasts: bool = False
) -> Response:
    """Return a document with its entity tag, or 304 when a reading client has it already.

    Raises 412 when a reading client expects another one (RFC 9110, section 13.2.2: If-Match comes first).
    """
    tag = etag(body)
    if request.method in ("GET", "HEAD"):
        check_expected(request.headers, tag)
        if is_known(request.headers, tag):
            return not_modified(tag, lasts=lasts)
    return Response(status, {**_HEADERS, "ETag": tag, **(headers or {})}, body, lasts=lasts)


def not_modified(tag: str, *, lasts: bool = False) -> Response:
    """Return the answer to a client that has the document already."""
    return Response(304, {"ETag": tag, "Vary": _HEADERS["Vary"]}, b"", lasts=lasts)
