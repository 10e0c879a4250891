from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from cast import ana
from clients import Api
from factories import make_event, make_order, make_ticket
from openevent.events.models import Event, EventSubTopic, EventTopic, EventType, SocialLink
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell, UnitOfWork
from openevent.tickets.models import Ticket

_serial = count(1)


def _complete(work: UnitOfWork, **values: Any) -> tuple[Event, Ticket]:
    """Make an event that has all that the front page asks for."""
    slug = f"kind-{next(_serial)}"
    kind, topic = EventType(name="x", slug=slug), EventTopic(name="x", slug=slug)
    work.db.add_all([kind, topic])
    work.db.flush()
    part = EventSubTopic(name="x", slug="x", event_topic_id=topic.id)
    work.db.add(part)
    work.db.flush()
    defaults = {
        "original_image_url": "https://example.org/i.png",
        "logo_url": "https://example.org/l.png",
        "event_type_id": kind.id,
        "event_topic_id": topic.id,
        "event_sub_topic_id": part.id,
    }
    event = make_event(work, owner=ana(work), **(defaults | values))
    work.db.add(SocialLink(event_id=event.id, name="Twitter", link="https://example.org/t"))
    ticket = make_ticket(work, event, quantity=1)
    return event, ticket


def _names(api: Api, query: str = "") -> list[str]:
    return [one["attributes"]["name"] for one in api.get(f"/v1/events/upcoming{query}").json["data"]]


def test_nothing_is_an_empty_list(api: Api) -> None:
    assert api.get("/v1/events/upcoming?page[size]=2").json == {
        "data": [],
        "links": {"self": "/v1/events/upcoming?page%5Bsize%5D=2"},
        "meta": {"count": 0},
        "jsonapi": {"version": "1.0"},
    }


def test_upcoming_events_come_by_their_start(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        starts = {name: work.now + timedelta(days=days) for name, days in (("Late", 9), ("Early", 3), ("Running", 0))}
        for name, at in starts.items():
            _complete(work, name=name, starts_at=at, ends_at=at + timedelta(days=1))

    assert _names(api) == ["Early", "Late"]
    assert _names(api, "?sort=-starts-at") == ["Late", "Early"]
    assert _names(api, "?filter[name]=Late&include=event-type") == ["Late"]
    assert _names(api, "?page[size]=1&page[number]=2") == ["Late"]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "draft"},
        {"privacy": "private"},
        {"is_demoted": True},
        {"original_image_url": None},
        {"logo_url": None},
        {"event_type_id": None},
        {"event_topic_id": None},
        {"event_sub_topic_id": None},
    ],
)
def test_what_is_not_complete_is_left_out(api: Api, shell: Shell, values: dict[str, Any]) -> None:
    with shell.work() as work:
        _complete(work, **values)

    assert _names(api) == []


def test_promotion_makes_up_for_what_is_missing_but_not_for_a_draft(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        make_event(work, owner=ana(work), name="Promoted", is_promoted=True, is_demoted=True)
        make_event(work, owner=ana(work), name="Draft", is_promoted=True, state="draft")

    assert _names(api) == ["Promoted"]


def test_sold_out_is_a_matter_of_each_event_s_own_tickets(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        _event, ticket = _complete(work, name="Sold out")
        _complete(work, name="On sale")
        make_order(work, ticket)

    assert _names(api) == ["On sale"]


def test_hidden_deleted_and_past_tickets_don_t_count(api: Api, shell: Shell, clock: FixedClock) -> None:
    with shell.work() as work:
        for number, values in enumerate(({"is_hidden": True}, {"deleted_at": work.now}, {"sales_ends_at": work.now})):
            _event, ticket = _complete(work, name=str(number))
            for name, value in values.items():
                setattr(ticket, name, value)
        _event, last = _complete(work, name="Until tomorrow")
        last.sales_ends_at = work.now + timedelta(days=1)

    assert _names(api) == ["Until tomorrow"]
    clock.advance(days=2)
    assert _names(api) == []


def test_an_event_without_its_link_is_left_out(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        event, _ticket = _complete(work)
        for link in work.db.query(SocialLink).filter_by(event_id=event.id):
            link.deleted_at = work.now

    assert _names(api) == []


def test_nobody_adds_to_it_without_signing_in(api: Api) -> None:
    assert api.post("/v1/events/upcoming", json={"data": {"type": "event"}}).status == 401
