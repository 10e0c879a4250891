from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.people import rules


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Ortiz+tickets@Example.ORG ", "ana.ortiz+tickets@example.org"),
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
        ("ana@exa\u200bmple.org", "ana@example.org"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@उदाहरण.भारत", "ana@xn--p1b6ci4b4b3a.xn--h2brj9c"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
    ],
)
def test_an_address_is_stored_trimmed_and_in_lower_case(typed, stored):
    assert rules.clean_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@localhost",
        "ana@example.",
        "ana@.org",
        "ana@-example.org",
        "ana@@example.org",
        "ana ortiz@example.org",
        "ana@example.org\nBcc: eve@example.org",
        "ana\x00@example.org",
        "<ana@example.org>",
        "ana@example.org, eve@example.org",
        "a" * 65 + "@example.org",
        "ana@" + "a" * 250 + ".org",
        "ana@" + "a" * 64 + ".org",
        "ana@example-.org",
        "ana@192.0.2.7",
        "ana\u200b@example.org",
        "josé@example.org",
        "ana..ortiz@example.org",
        ".ana@example.org",
        "ana.@example.org",
        "=?utf-8?q?ana?=@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    assert rules.clean_email(typed) is None


@given(st.emails())
def test_cleaning_twice_is_cleaning_once(email):
    once = rules.clean_email(email)

    assert once is None or rules.clean_email(once) == once


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("1234567", "Please use at least 8 characters."),
        ("x" * 1025, "Please use at most 1024 characters."),
        (" " * 8, "Please use more than spaces."),
        ("12345678", None),
        ("x" * 1024, None),
    ],
)
def test_a_password_has_a_decent_length(password, problem):
    assert rules.password_problem(password) == problem


def test_a_deleted_address_can_be_had_back():
    hidden = rules.deleted_email("ana@example.org", 3)

    assert rules.restored_email(hidden) == "ana@example.org"


def test_an_address_that_was_never_deleted_stays():
    assert rules.restored_email("ana@example.org") == "ana@example.org"
