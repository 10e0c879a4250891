"""Decisions about groups. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from msgspec import Struct

from openevent.events.rules import Fault

LASTS = timedelta(days=7)  # how long an invitation is good
TEAM = ("owner", "organizer")  # who runs a group
_LINKS = "/data/attributes/social-links"
_MOST_LINKS = 50
_LONGEST = 2048


class Announceable(Struct, frozen=True):
    """What matters about an event when its group wants to announce it."""

    is_in_group: bool
    state: str
    ends_at: datetime
    is_announced: bool


def announcement_fault(event: Announceable, now: datetime) -> str | None:
    """Return why an event can't be announced to a group's followers, None when it can.

    >>> from datetime import UTC
    >>> now = datetime(2026, 5, 1, tzinfo=UTC)
    >>> announcement_fault(Announceable(True, "draft", now, False), now)
    'The event is not published.'
    >>> announcement_fault(Announceable(True, "published", now + timedelta(days=1), False), now)
    """
    if not event.is_in_group:
        return "The event is not in this group."
    if event.state != "published":
        return "The event is not published."
    if event.ends_at <= now:
        return "The event is over."
    return "The event was announced already." if event.is_announced else None


def is_expired(sent_at: datetime, now: datetime) -> bool:
    """Tell whether an invitation is too old to be accepted; sending it again makes it young.

    >>> from datetime import UTC
    >>> sent = datetime(2026, 5, 1, tzinfo=UTC)
    >>> is_expired(sent, sent + timedelta(days=6)), is_expired(sent, sent + LASTS)
    (False, True)
    """
    return now - sent_at >= LASTS


def links_fault(links: Sequence[Any] | None) -> Fault | None:
    """Return what is wrong with a group's links: each has a name and a web address.

    >>> links_fault([{"name": "Site", "link": "https://example.org"}])
    >>> links_fault([{"name": "Site", "link": "javascript:alert(1)"}]).pointer
    '/data/attributes/social-links/0/link'
    """
    if len(links or ()) > _MOST_LINKS:
        return Fault(f"At most {_MOST_LINKS} links.", _LINKS)
    for index, link in enumerate(links or ()):
        fault = _link_fault(link, f"{_LINKS}/{index}")
        if fault:
            return fault
    return None


def _link_fault(link: object, pointer: str) -> Fault | None:
    if not isinstance(link, dict):
        return Fault("A link is an object with a name and a link.", pointer)
    known = cast("dict[str, object]", link)
    name, address, is_custom = known.get("name"), known.get("link"), known.get("is_custom", False)
    if not isinstance(name, str) or not name.strip():
        return Fault("Missing data for required field.", f"{pointer}/name")
    if not isinstance(address, str) or not _is_web_address(address):
        return Fault("Not a valid URL.", f"{pointer}/link")
    return None if isinstance(is_custom, bool) else Fault("Not a valid boolean.", f"{pointer}/is_custom")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(text) <= _LONGEST


def kept_links(links: Sequence[Any] | None) -> list[dict[str, Any]] | None:
    """Return links as they are kept: their three members, nothing else.

    >>> kept_links([{"name": " Site ", "link": "https://example.org", "colour": "red"}])
    [{'name': 'Site', 'link': 'https://example.org', 'is_custom': False}]
    """
    if links is None:
        return None
    return [
        {"name": one["name"].strip(), "link": one["link"], "is_custom": one.get("is_custom", False)} for one in links
    ]


def link_subject(role_id: int) -> str:
    """Return what the signature in a mailed link is about.

    >>> link_subject(7)
    'group-role:7'
    """
    return f"group-role:{role_id}"


def split_token(token: str) -> tuple[str, str]:
    """Return the invitation's own key, and the signature that only the mail carries (empty without one).

    >>> split_token("ab12~5f.x"), split_token("ab12")
    (('ab12', '5f.x'), ('ab12', ''))
    """
    key, _, signature = token.partition("~")
    return key, signature
