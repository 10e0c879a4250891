"""Decisions about searching events: which words are looked for, and how finds are shown. Pure."""

from __future__ import annotations

import re
from html import escape

FIELDS = ("name", "description", "location_name", "owner_name", "owner_description")
MOST_WORDS = 8
LONGEST_TEXT = 200
_AROUND = 60


def words(text: str) -> tuple[str, ...]:
    """Return the words that are looked for: a few, each once.

    >>> words("  Open  source open ")
    ('Open', 'source')
    """
    found = {word.casefold(): word for word in reversed(text[:LONGEST_TEXT].split())}
    kept = sorted(found.values(), key=text.find)
    return tuple(kept[:MOST_WORDS])


def highlight(text: str, sought: tuple[str, ...]) -> str | None:
    """Return the part of a plain text where a word was found, as HTML with the words marked; None without one.

    >>> highlight("Bread & Python for everyone", ("python",))
    'Bread &amp; <em>Python</em> for everyone'
    >>> highlight("Bread", ("python",))
    """
    if not sought:
        return None
    pattern = re.compile("|".join(re.escape(word) for word in sorted(sought, key=len, reverse=True)), re.IGNORECASE)
    first = pattern.search(text)
    if first is None:
        return None
    part = text[max(0, first.start() - _AROUND) : first.end() + _AROUND]
    marked, at = "", 0
    for found in pattern.finditer(part):
        marked += f"{escape(part[at : found.start()])}<em>{escape(found[0])}</em>"
        at = found.end()
    return marked + escape(part[at:])
