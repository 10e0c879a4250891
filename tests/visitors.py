"""A visitor: a browser without JavaScript that reads forms before it sends them, as people do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import Client, TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody with cookies."""

    client: Client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def token(self, path: str) -> str:
        """Read the token of the forms on a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def post(self, path: str, values: dict[str, Any] | None = None, *, at: str | None = None) -> TestResponse:
        """Open the page with the form (`at`, else the same address), then send it."""
        return self.client.post(path, data={"csrf_token": self.token(at or path), **(values or {})})


def text_of(response: TestResponse) -> str:
    """Return what a page says, without markup, on one line."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements_of(response: TestResponse) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of a page with their attributes, as a browser would read them."""
    parser = _Elements()
    parser.feed(response.text)
    return parser.found


def harmful(response: TestResponse) -> list[str]:
    """Return what on a page could run a script, or what the content security policy would refuse."""
    found: list[str] = []
    for tag, attributes in elements_of(response):
        if tag == "style" or (tag == "script" and not (attributes.get("src") or "").startswith("/static/")):
            found.append(tag)
        for name, value in attributes.items():
            if name.startswith("on") or name == "style" or (value or "").lstrip().lower().startswith("javascript:"):
                found.append(f"{tag} {name}")
    return found
