"""Other people's texts on our pages: their markup, their addresses, their colours, as far as a page can take them."""

from __future__ import annotations

import re

import nh3
from markupsafe import Markup

from openevent.kit.html import TAGS

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


def prose(text: str | None) -> Markup:
    """Return a stored text as markup that a page may contain.

    Texts are cleaned when they are stored. Here they are cleaned once more: without styles, which the content security
    policy would refuse, and so that a row which came in by another door can do no harm either.

    >>> prose('<p style="color: red">Hi<script>x</script></p>')
    Markup('<p>Hi</p>')
    """
    cleaned = nh3.clean(
        text or "",
        tags=TAGS - {"center"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(cleaned)  # noqa: S704 -- cleaned on the line above


def colour(text: str | None) -> str:
    """Return a colour that can stand in an SVG's fill; the ink of the text for anything else.

    >>> colour("#e6194b"), colour("url(https://example.org)"), colour(None)
    ('#e6194b', 'currentColor', 'currentColor')
    """
    return text if text and _COLOUR.fullmatch(text) else "currentColor"


def is_web_address(address: str | None) -> bool:
    """Tell whether an address can stand in a link: javascript: and its like can't.

    >>> is_web_address("https://example.org"), is_web_address("javascript:alert(1)"), is_web_address(None)
    (True, False, False)
    """
    return bool(address) and re.match(r"https?://", address or "", re.IGNORECASE) is not None


def initials(name: str) -> str:
    """Return up to two letters for a name.

    >>> initials("Ada Lovelace"), initials("Ngũgĩ wa Thiong'o"), initials("王小波"), initials(" ")
    ('AL', 'NT', '王', '')
    """
    words = name.split()
    letters = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in letters).upper()
