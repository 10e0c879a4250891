"""What is left of other people's HTML: a few tags, no scripts, links that give no rank."""

from __future__ import annotations

import re
from html import unescape

import nh3

TAGS = {"a", "b", "br", "center", "em", "i", "li", "ol", "p", "span", "strike", "strong", "sub", "sup", "u", "ul"}
STYLES = {"text-align", "font-weight", "text-decoration"}

_TAG = re.compile(r"(<[^>]*>)")
# A bare address or e-mail ends before white space, markup, and the punctuation that closes a sentence.
# Every repetition is bounded: a hostile text must not make the search quadratic.
_BARE = re.compile(
    r"\b(?P<url>https?://[^\s<>\"']{1,2000}(?<![.,;:!?)\]]))"
    r"|\b(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24})\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Return text with only the allowed tags and styles; bare addresses become links (v1 reference 1.13).

    >>> clean('<p onclick="steal()">Hello<script>steal()</script> <b>you</b></p>')
    '<p>Hello <b>you</b></p>'
    """
    return _allowed(_with_links(_allowed(text.replace("\r", "")))).strip()


def clean_page(text: str) -> str:
    """Return a page that admins have written: headings, tables and pictures as well, still no scripts.

    >>> clean_page('<h2 onclick="x()">Terms</h2><script>steal()</script>')
    '<h2>Terms</h2>'
    """
    return nh3.clean(text, url_schemes={"http", "https", "mailto"}, link_rel="nofollow noopener").strip()


def plain(text: str) -> str:
    """Return the text alone, on one line: for cards, titles and mails.

    >>> plain("<p>Bread &amp; <b>butter</b></p><p>Tea</p>")
    'Bread & butter Tea'
    """
    spaced = re.sub(r"</(?:p|li|ul|ol|div|h\d)>|<br\s*/?>", " ", text, flags=re.IGNORECASE)
    return " ".join(unescape(nh3.clean(spaced, tags=set())).split())


def plain_lines(text: str) -> str:
    r"""Return the text alone, its lines kept: for what people write to people.

    >>> plain_lines("Hello,\n<b>is there</b> tea?<script>steal()</script>")
    'Hello,\nis there tea?'
    """
    lines = unescape(nh3.clean(text.replace("\r\n", "\n"), tags=set())).split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _allowed(text: str) -> str:
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"a": {"href"}, "p": {"style"}, "span": {"style"}, "li": {"style"}},
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _with_links(cleaned: str) -> str:
    """Link bare addresses outside of links. What comes out is cleaned once more, so a slip here can't open a hole."""
    parts: list[str] = []
    inside = False
    for part in _TAG.split(cleaned):
        if part.startswith("<"):
            inside = part.startswith("<a ") or (inside and not part.startswith("</a"))
            parts.append(part)
        else:
            parts.append(part if inside else _BARE.sub(_link, part))
    return "".join(parts)


def _link(found: re.Match[str]) -> str:
    address = found["url"] or f"mailto:{found['mail']}"
    return f'<a href="{address}">{found[0]}</a>'
