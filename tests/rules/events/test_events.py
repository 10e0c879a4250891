from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.events import rules
from openevent.events.rules import catalogue

START = datetime(2026, 5, 1, 9, tzinfo=UTC)
ROLES = [name for name, _title in catalogue.ROLES]


@pytest.mark.parametrize(
    ("lasts", "detail"),
    [
        (timedelta(hours=1), None),
        (timedelta(days=20), None),
        (timedelta(days=20, seconds=1), "An event can't last longer than 20 days."),
        (timedelta(0), "ends-at must be after starts-at."),
        (timedelta(seconds=-1), "ends-at must be after starts-at."),
    ],
)
def test_an_event_ends_after_it_starts_and_within_twenty_days(lasts: timedelta, detail: str | None) -> None:
    fault = rules.date_fault(START, START + lasts)

    assert (fault and fault.detail) == detail


@pytest.mark.parametrize("name", ["", "UTC+1", "../etc/passwd", "europe/berlin\0", "Mars/Base"])
def test_a_time_zone_has_to_be_known(name: str) -> None:
    fault = rules.zone_fault(name)

    assert fault is not None
    assert fault.pointer == "/data/attributes/timezone"


@pytest.mark.parametrize(
    "links",
    [
        "https://example.org",
        {"name": "Map", "link": "https://example.org"},
        [["Map", "https://example.org"]],
        [{"link": "https://example.org"}],
        [{"name": " ", "link": "https://example.org"}],
        [{"name": "Map", "link": "javascript:alert(1)"}],
        [{"name": "Map", "link": 7}],
        [{"name": 7, "link": "https://example.org"}],
    ],
)
def test_a_document_without_name_or_link_is_refused(links: object) -> None:
    assert rules.document_fault(links) is not None


@pytest.mark.parametrize("links", [None, [], [{"name": "Map", "link": "http://example.org"}]])
def test_documents_with_names_and_links_are_fine(links: object) -> None:
    assert rules.document_fault(links) is None


@given(st.sets(st.sampled_from(ROLES)), st.sampled_from(ROLES), st.none() | st.sampled_from(ROLES))
def test_only_the_owner_makes_an_owner_and_nobody_unmakes_one(own: set[str], role: str, instead_of: str | None) -> None:
    if rules.may_give(own, role, instead_of=instead_of):
        assert instead_of != "owner"
        assert "owner" in own or role != "owner"
        assert own & {"owner", "organizer", "coorganizer"}
    assert not rules.may_take(own, "owner")


@given(st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_what_one_may_give_one_may_give_in_place_of_what_one_may_take(role: str, instead_of: str) -> None:
    own = ["organizer"]

    expected = rules.may_give(own, role) and rules.may_take(own, instead_of)

    assert rules.may_give(own, role, instead_of=instead_of) == expected


@given(st.text())
def test_a_search_finds_its_own_text(text: str) -> None:
    pattern = rules.like_pattern(text)

    assert pattern[1:-1].replace("\\\\", "\\").replace("\\%", "%").replace("\\_", "_") == text or "\\" in text


def test_the_catalogue_is_the_reference_s() -> None:
    assert (len(catalogue.EVENT_TYPES), len(catalogue.EVENT_TOPICS), len(ROLES)) == (19, 19, 6)
    assert len({rules.slug(name) for name in catalogue.EVENT_TYPES}) == 19
    assert len({rules.slug(name) for name in catalogue.EVENT_TOPICS}) == 19
    assert all(catalogue.EVENT_TOPICS.values())
