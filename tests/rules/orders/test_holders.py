from __future__ import annotations

import pytest

from openevent.orders.rules.holders import (
    Holder,
    InvalidHolder,
    check_holder,
    full_name,
    link_subject,
    place_of,
    tidy_email,
    tidy_text,
)


def test_names_of_all_the_world_are_names():
    for name in ("Nguyễn Thị Minh Khai", "علی رضا\u200cزاده", "प्रिया", "王小明", "Łucja"):  # noqa: RUF001 -- they are
        assert tidy_text(f"  {name} ", "/x") == name


@pytest.mark.parametrize("bad", ["bell\x07", "two\nlines", "x" * 256, "\u202eflip"])
def test_what_cannot_be_printed_is_no_name(bad):
    with pytest.raises(InvalidHolder) as error:
        tidy_text(bad, "/x")
    assert error.value.pointer == "/x"


def test_nothing_is_no_name():
    assert tidy_text(None, "/x") is tidy_text("  ", "/x") is None


@pytest.mark.parametrize(
    "bad", ["nobody", "a@b", "a b@example.org", "a@example.org\nBcc: eve@example.org", "@example.org"]
)
def test_what_no_mail_reaches_is_no_address(bad):
    with pytest.raises(InvalidHolder):
        tidy_email(bad, "/x")


def test_a_holder_needs_one_name_and_an_address():
    check_holder(Holder(1, None, "Sukarno", "s@example.org"), 0)
    with pytest.raises(InvalidHolder) as nameless:
        check_holder(Holder(1, "", None, "s@example.org"), 3)
    with pytest.raises(InvalidHolder) as unreachable:
        check_holder(Holder(1, "Bo", None, None), 4)
    assert nameless.value.pointer.endswith("/3")
    assert unreachable.value.pointer.endswith("/4")


def test_words_for_people_and_places():
    assert full_name(" Bo ", None) == "Bo"
    assert full_name(None, None) == ""
    assert place_of("", online=False) == "To be announced"
    assert link_subject(7, 0) == "ticket:7:1"
