from __future__ import annotations

from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.kit.html import clean, plain

PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "<a href='https://example.org'>",
    "</a>",
    "<script>",
    "https://example.org/x?a=1&b=2",
    "me@example.org",
    "<img src=x onerror=alert(1)>",
    " ",
    "&lt;b&gt;",
    '"',
    "'",
    ">",
    "<",
    "word",
    "javascript:alert(1)",
    "\r\n",
]


class _Seen(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_but_the_allowed_tags_comes_out(text: str) -> None:
    seen = _Seen()

    seen.feed(clean(text))

    assert seen.tags <= {"p", "b", "a"}
    assert set(seen.attributes) <= {"href", "target", "rel"}
    assert all(url.startswith(("https://", "mailto:")) for url in seen.attributes.get("href", []))


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("<script>steal()</script>Hi", "Hi"),
        ('<p onclick="steal()">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:steal()">Hi</a>', '<a target="_blank" rel="nofollow noopener">Hi</a>'),
        ('<p style="color: red; text-align: center">Hi</p>', '<p style="text-align:center">Hi</p>'),
        ("<h1>Hi</h1><table><tr><td>x</td></tr></table>", "Hix"),
        (" a\r\nb ", "a\nb"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<iframe src='https://example.org'></iframe>x", "x"),
    ],
)
def test_scripts_handlers_and_strange_styles_go(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


def test_bare_addresses_become_links_that_give_no_rank() -> None:
    found = clean("See (https://example.org/a), or ask me@example.org.")

    link = 'target="_blank" rel="nofollow noopener"'
    assert found == (
        f'See (<a href="https://example.org/a" {link}>https://example.org/a</a>), '
        f'or ask <a href="mailto:me@example.org" {link}>me@example.org</a>.'
    )


def test_what_is_linked_already_is_not_linked_again() -> None:
    text = (
        '<a href="https://example.org/a" target="_blank" rel="nofollow noopener">see <b>https://example.org/b</b></a>'
    )

    assert clean(text) == text


@pytest.mark.parametrize("text", ["a." * 100_000, "a@a." * 50_000, "https://" * 30_000, "<" * 200_000, "<p>" * 50_000])
def test_hostile_texts_cost_little(text: str) -> None:
    started = perf_counter()

    clean(text)

    assert perf_counter() - started < 5


def test_plain_text_has_no_markup_and_one_line() -> None:
    assert plain("<p>Bread &amp; <b>butter</b></p>\n<ul><li>Tea</li><li>1 &lt; 2</li></ul>a<br>b") == (
        "Bread & butter Tea 1 < 2 a b"
    )
