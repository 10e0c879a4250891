"""Pages load nothing inline: the content security policy would refuse it, and only a browser would notice."""

import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "openevent"
PAGES = sorted(path for path in SRC.rglob("templates/**/*.html") if path.parent != SRC / "kit" / "templates")
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
FOREIGN = re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)


def test_there_are_pages():
    assert len(PAGES) > 10


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)

    assert (INLINE.findall(text), FOREIGN.findall(text)) == ([], [])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_form_that_changes_something_carries_its_secret(path):
    text = path.read_text()
    forms = re.findall(r"<form[^>]*method=[\"']post[\"'][^>]*>.*?</form>", text, re.IGNORECASE | re.DOTALL)

    assert [form[:80] for form in forms if "csrf_token" not in form] == []


def test_nothing_is_marked_as_safe_but_what_was_cleaned():
    found = [
        f"{path.relative_to(SRC)}: {match}"
        for path in PAGES
        for match in re.findall(r"\{\{[^}]*\|\s*safe[^}]*\}\}", path.read_text())
    ]

    assert [line for line in found if "html" not in line] == []
