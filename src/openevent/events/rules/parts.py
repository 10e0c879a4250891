"""Decisions about what stands around an event: licences, exhibitors' links, positions. Pure."""

from __future__ import annotations

from typing import cast

from openevent.events.rules import Fault

EARLIEST_YEAR = 1900
MAX_LINKS = 50
MAX_POSITION = 1_000_000
STATUSES = ("pending", "accepted")


def year_fault(year: int | None, this_year: int) -> Fault | None:
    """Return what is wrong with the year of a copyright: 1900 to the present one.

    >>> year_fault(2026, 2026), year_fault(None, 2026)
    (None, None)
    >>> year_fault(2027, 2026).detail
    'year must be between 1900 and 2026.'
    """
    if year is None or EARLIEST_YEAR <= year <= this_year:
        return None
    return Fault(f"year must be between {EARLIEST_YEAR} and {this_year}.", "/data/attributes/year")


def links_fault(links: object) -> Fault | None:
    """Return what is wrong with an exhibitor's links: a list of objects with name, link and is_custom.

    >>> links_fault([{"name": "Facebook", "link": "https://example.org", "is_custom": False}])
    >>> links_fault([{"name": "Facebook", "link": "javascript:alert(1)"}]).pointer
    '/data/attributes/social-links'
    """
    if links is None or (isinstance(links, list) and _are_links(cast("list[object]", links))):
        return None
    detail = f"At most {MAX_LINKS} objects with a name and an http(s) link each are expected."
    return Fault(detail, "/data/attributes/social-links")


def _are_links(links: list[object]) -> bool:
    return len(links) <= MAX_LINKS and all(_is_link(one) for one in links)


def _is_link(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    sent = cast("dict[str, object]", entry)
    name, link, custom = sent.get("name"), sent.get("link"), sent.get("is_custom", False)
    named = isinstance(name, str) and isinstance(custom, bool)
    return named and isinstance(link, str) and link.startswith(("http://", "https://"))
