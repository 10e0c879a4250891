"""Which page of a list somebody asks for."""

from __future__ import annotations

from math import ceil

from flask import request

_MOST_PAGES = 10_000  # beyond this nobody reads, and databases dislike the offset


def asked_page() -> int:
    """Return the number of the page that `?page=` names: 1 where it names none, never beyond a bound."""
    return min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)


def pages_of(total: int, per_page: int) -> int:
    """Return how many pages so many rows fill: one at least.

    >>> pages_of(0, 25), pages_of(25, 25), pages_of(26, 25)
    (1, 1, 2)
    """
    return max(ceil(total / per_page), 1)
