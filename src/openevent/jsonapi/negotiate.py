"""Content negotiation: which media types are taken and given, and whether the client has the answer already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.request import MEDIA_TYPE

# Parts of a header between separators; a quoted string is never cut (RFC 9110, section 5.6).
_BY_COMMA = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_BY_SEMICOLON = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+')
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def check_accept(headers: Mapping[str, str]) -> None:
    """Raise 406 unless the Accept header covers our media type (JSON:API 1.1, Content Negotiation)."""
    accept = headers.get("accept")
    if accept and accept not in (MEDIA_TYPE, "*/*") and not _accepts(accept):
        detail = f"The Accept header must cover {MEDIA_TYPE}, without parameters other than profile."
        raise ApiError(406, detail, source={"header": "Accept"})


def check_content_type(headers: Mapping[str, str]) -> None:
    """Raise 415 unless the body is declared as our media type, without parameters other than profile."""
    given = headers.get("content-type", "")
    if given != MEDIA_TYPE and not _is_ours(given):
        raise ApiError(415, f"Content-Type header must be {MEDIA_TYPE}", source={"header": "Content-Type"})


def check_is_json(headers: Mapping[str, str]) -> None:
    """Raise 415 for a body that is declared as something else than JSON; one that is not declared is tried."""
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if given and given != "application/json" and not given.endswith("+json"):
        raise ApiError(415, "Content-Type header must be application/json", source={"header": "Content-Type"})


def etag(body: bytes) -> str:
    """Return the weak entity tag of a document."""
    return f'W/"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'


def is_known(headers: Mapping[str, str], tag: str) -> bool:
    """Tell whether If-None-Match names this tag; weak comparison (RFC 9110, section 13.1.2)."""
    given = headers.get("if-none-match")
    return given is not None and _names(given, tag)


def check_expected(headers: Mapping[str, str], tag: str) -> None:
    """Raise 412 when If-Match names another representation than this one (RFC 9110, section 13.1.1)."""
    if not is_expected(headers, tag):
        raise ApiError(412, "It has been changed meanwhile.", source={"header": "If-Match"})


def is_expected(headers: Mapping[str, str], tag: str) -> bool:
    """Tell whether If-Match, if there is one, names this tag. Our tags are weak, so the comparison is, too."""
    given = headers.get("if-match")
    return given is None or _names(given, tag)


def _names(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(header)


@lru_cache(maxsize=256)
def _accepts(accept: str) -> bool:
    return any(_covers(part) for part in _BY_COMMA.findall(accept))


def _covers(part: str) -> bool:
    media, *parameters = (piece.strip().lower() for piece in _BY_SEMICOLON.findall(part) or [""])
    weights = [value for name, _, value in (one.partition("=") for one in parameters) if name.strip() == "q"]
    if weights and _is_zero(weights[0]):
        return False
    if media in ("*/*", "application/*"):
        return True
    return media == MEDIA_TYPE and all(one.startswith(("q=", "profile=")) for one in parameters)


def _is_zero(weight: str) -> bool:
    return re.fullmatch(r"0(\.0{0,3})?", weight.strip()) is not None


def _is_ours(content_type: str) -> bool:
    media, *parameters = [piece.strip().lower() for piece in _BY_SEMICOLON.findall(content_type)] or [""]
    return media == MEDIA_TYPE and all(one.startswith("profile=") for one in parameters)
