from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.people.rules import display_name, is_access_due, is_void, local_path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_tokens_are_good_as_long_as_nothing_was_voided():
    assert not is_void(NOON, None)


def test_voiding_hits_what_is_older():
    assert is_void(NOON - SECOND, NOON)
    assert not is_void(NOON, NOON)
    assert not is_void(NOON + SECOND, NOON)


def test_being_here_is_noted_at_most_once_an_hour():
    assert is_access_due(None, NOON)
    assert not is_access_due(NOON - timedelta(minutes=59), NOON)
    assert is_access_due(NOON - timedelta(minutes=60), NOON)


@pytest.mark.parametrize(
    ("public", "first", "last", "name"),
    [
        ("Ana O.", "Ana", "Ortiz", "Ana O."),
        (None, "Ana", "Ortiz", "Ana Ortiz"),
        ("", "Ana", None, "Ana"),
        (None, None, "Ortiz", "Ortiz"),
        (None, None, None, ""),
    ],
)
def test_people_are_called_by_the_name_they_chose(public, first, last, name):
    assert display_name(public, first, last) == name


@pytest.mark.parametrize("path", ["/", "/account", "/e/ab12cd34?x=1#tickets", "/e/a%20b"])
def test_paths_of_this_site_are_followed(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "account",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "/x\\y",
        "/x\x01",
        "///evil.example",
        " /account",
        "//[evil",
        "/account\u2028",
    ],
)
def test_nobody_is_sent_elsewhere(path):
    assert local_path(path) == "/"


@given(st.text(alphabet="/\\:.@?#ehvil \t\n%5c[]"))
def test_whatever_is_asked_for_the_answer_stays_on_this_site(text):
    found = local_path(text)

    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
