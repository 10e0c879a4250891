from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from cast import adm, ana, bo, eve
from clients import Api
from factories import (
    give_role,
    make_event,
    make_group,
    make_order,
    make_session,
    make_speaker,
    make_ticket,
)
from openevent.events.models import EventTopic, EventType, Sponsor, UserFollowGroup
from openevent.kit.work import Shell
from openevent.orders.models import OrderLine
from openevent.programme.models import speakers_sessions
from openevent.site.models import Mail

NO_ORDERS = {"total": 0, "draft": 0, "cancelled": 0, "pending": 0, "expired": 0, "placed": 0, "completed": 0}


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana owns an event with two ticket types, orders in several states, sessions and speakers."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, eve, adm)}
        event = make_event(work, owner=found["ana"])
        give_role(work, event, found["bo"], "registrar")
        standard = make_ticket(work, event, quantity=300, price=4250)
        free = make_ticket(work, event, quantity=100)
        gone = make_ticket(work, event, quantity=7, deleted_at=work.now)
        make_order(work, standard, quantity=1, amount=3825)
        make_order(work, free, quantity=2)
        make_order(work, standard, quantity=2, status="placed")
        make_order(work, free, quantity=3, status="initializing")
        make_order(work, free, quantity=1, status="cancelled")
        make_order(work, make_ticket(work, make_event(work), price=100))  # somebody else's
        return {**found, "event": event, "standard": standard, "free": free, "gone": gone}


def test_the_orders_of_an_event_are_counted_by_state(api: Api, stage: dict[str, Any]) -> None:
    event = stage["event"]
    answer = api.get(f"/v1/events/{event.identifier}/order-statistics", as_=stage["ana"])

    assert answer.status == 200
    assert answer.json == {
        "data": {
            "type": "order-statistics-event",
            "id": str(event.id),
            "attributes": {
                "identifier": event.identifier,
                "orders": {**NO_ORDERS, "total": 5, "completed": 2, "placed": 1, "cancelled": 1},
                "tickets": {**NO_ORDERS, "total": 9, "completed": 3, "placed": 2, "cancelled": 1, "max": 400},
                "sales": {**NO_ORDERS, "total": 123.25, "completed": 38.25, "placed": 85},
            },
            "links": {"self": f"/v1/events/{event.id}/order-statistics"},
        },
        "links": {"self": f"/v1/events/{event.id}/order-statistics"},
        "jsonapi": {"version": "1.0"},
    }


def test_the_orders_of_a_ticket_type_are_counted_by_state(api: Api, stage: dict[str, Any]) -> None:
    ticket = stage["standard"]
    answer = api.get(f"/v1/tickets/{ticket.id}/order-statistics", as_=stage["ana"])

    assert (answer.status, answer.json["data"]["type"]) == (200, "order-statistics-ticket")
    assert answer.json["data"]["links"] == {"self": f"/v1/tickets/{ticket.id}/order-statistics"}
    assert answer.json["data"]["attributes"] == {
        "orders": {**NO_ORDERS, "total": 2, "completed": 1, "placed": 1},
        "tickets": {**NO_ORDERS, "total": 3, "completed": 1, "placed": 2},
        "sales": {**NO_ORDERS, "total": 127.5, "completed": 42.5, "placed": 85},
    }


def test_an_event_without_anything_has_nothing(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=stage["ana"], state="draft")

    general = api.get(f"/v1/events/{event.id}/general-statistics", as_=stage["ana"]).json["data"]["attributes"]
    orders = api.get(f"/v1/events/{event.id}/order-statistics", as_=stage["ana"]).json["data"]["attributes"]

    assert general.pop("identifier") == event.identifier
    assert general.pop("speakers") == dict.fromkeys(
        ("accepted", "confirmed", "pending", "rejected", "withdrawn", "canceled", "total"), 0
    )
    assert set(general.values()) == {0}
    assert (orders["orders"], orders["sales"]) == (NO_ORDERS, NO_ORDERS)
    assert orders["tickets"] == {**NO_ORDERS, "max": 0}


def test_sessions_speakers_and_sponsors_of_an_event_are_counted(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        event = work.db.merge(stage["event"])
        one, two, _alone = (make_speaker(work, event) for _ in range(3))
        make_speaker(work, event, deleted_at=work.now)
        accepted, again = make_session(work, event), make_session(work, event)
        pending = make_session(work, event, state="pending")
        make_session(work, event, state="rejected")
        gone = make_session(work, event, deleted_at=work.now)
        for session, speaker in ((accepted, one), (again, one), (pending, one), (pending, two), (gone, _alone)):
            work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))
        work.db.add(Sponsor(event_id=event.id, name="ACME"))

    found = api.get(f"/v1/events/{event.id}/general-statistics", as_=stage["ana"]).json["data"]

    assert found["links"] == {"self": f"/v1/events/{event.id}/general-statistics"}
    assert found["attributes"] == {
        "identifier": event.identifier,
        "sessions-draft": 0,
        "sessions-accepted": 2,
        "sessions-confirmed": 0,
        "sessions-pending": 1,
        "sessions-rejected": 1,
        "sessions-withdrawn": 0,
        "sessions-canceled": 0,
        "sessions-submitted": 4,
        "sessions": 4,
        "speakers": {
            "accepted": 1,
            "confirmed": 0,
            "pending": 2,
            "rejected": 0,
            "withdrawn": 0,
            "canceled": 0,
            "total": 3,
        },
        "speaker-without-session": 1,
        "sponsors": 1,
    }


@pytest.mark.parametrize("what", ["events/{event}/general", "events/{event}/order", "tickets/{ticket}/order"])
def test_statistics_are_for_those_who_run_the_event(api: Api, stage: dict[str, Any], what: str) -> None:
    path = f"/v1/{what.format(event=stage['event'].id, ticket=stage['free'].id)}-statistics"

    found = {name: api.get(path, as_=stage.get(name)).status for name in ("nobody", "eve", "bo", "ana", "adm")}

    assert found == {"nobody": 401, "eve": 403, "bo": 403, "ana": 200, "adm": 200}


def test_statistics_of_nothing_are_nowhere(api: Api, stage: dict[str, Any]) -> None:
    for path in ("events/999/general", "events/nope/order", f"tickets/{stage['gone'].id}/order"):
        assert api.get(f"/v1/{path}-statistics", as_=stage["adm"]).status == 404
    assert api.get(f"/v1/event-statistics-generals/{stage['event'].id}", as_=stage["adm"]).status == 404


def test_a_list_of_events_brings_their_statistics_along(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        other = make_event(work)

    path = f"/v1/users/{stage['ana'].id}/events?include=general-statistics,order-statistics,tickets"
    answer = api.get(path, as_=stage["ana"])

    assert answer.status == 200
    kinds = [(one["type"], one["id"]) for one in answer.json["included"] if "statistics" in one["type"]]
    key = str(stage["event"].id)
    assert kinds == [("event-statistics-general", key), ("order-statistics-event", key)]
    linked = answer.json["data"][0]["relationships"]["general-statistics"]
    assert linked["data"] == {"type": "event-statistics-general", "id": key}
    assert linked["links"]["related"] == f"/v1/events/{key}/general-statistics"
    public = api.get(f"/v1/events/{other.id}?include=general-statistics")
    assert (public.status, public.json["included"]) == (200, [])


def test_everything_of_the_installation_is_counted(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        make_event(work, owner=stage["ana"], state="draft")
        make_event(work, owner=stage["ana"], ends_at=work.now - timedelta(days=1))
        make_event(work, owner=stage["ana"], deleted_at=work.now)
        for state in ("accepted", "accepted", "pending"):
            make_session(work, work.db.merge(stage["event"]), state=state)
    read = {
        what: api.get(f"/v1/admin/statistics/{what}?filterOptions[name]=id", as_=stage["adm"]).json["data"]
        for what in ("events", "sessions", "users")
    }

    assert read["events"] == {
        "type": "admin-statistics-event",
        "id": "1",
        "attributes": {"draft": 1, "published": 2, "past": 1},
        "links": {"self": "/v1/admin/statistics/events"},
    }
    assert read["sessions"]["attributes"] == {
        "draft": 0,
        "accepted": 2,
        "confirmed": 0,
        "pending": 1,
        "rejected": 0,
        "submitted": 3,
    }
    users = read["users"]["attributes"]
    everybody = users["verified"] + users["unverified"]
    assert everybody == 11
    assert users == {
        "super-admin": 1,
        "admin": 1,
        "verified": 11,
        "unverified": 0,
        "owner": 2,
        "organizer": 0,
        "coorganizer": 0,
        "track-organizer": 0,
        "attendee": 4,
    }


def test_mails_are_counted_by_age(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        for days in (0, 0.99, 1, 2.5, 6, 29.99, 30, 31):
            time = work.now - timedelta(days=days)
            work.db.add(Mail(recipient="bo@example.org", time=time, action="test", subject="Hi", message="Hi"))

    found = api.get("/v1/admin/statistics/mails", as_=stage["adm"]).json["data"]

    assert (found["type"], found["id"]) == ("admin-statistics-mail", "1")
    assert found["attributes"] == {"one-day": 2, "three-days": 4, "seven-days": 5, "thirty-days": 6}


def test_groups_their_events_and_followers_are_counted(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        one, two, gone = (make_group(work, stage["ana"]) for _ in range(3))
        gone.deleted_at = work.now
        for group in (one, one, two, gone):
            make_event(work, group_id=group.id)
        make_event(work, group_id=one.id, deleted_at=work.now)
        for group, name in ((one, "bo"), (two, "bo"), (two, "eve"), (gone, "adm")):
            work.db.add(UserFollowGroup(group_id=group.id, user_id=stage[name].id, created_at=work.now))

    found = api.get("/v1/admin/statistics/groups", as_=stage["adm"]).json["data"]

    assert (found["type"], found["id"]) == ("admin-statistics-group", "1")
    assert found["attributes"] == {"groups": 2, "group-events": 3, "followers": 2}


def test_the_sales_of_a_ticket_type_are_without_discounts(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        order = make_order(work, work.db.merge(stage["standard"]), quantity=3, status="pending")
        work.db.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(discount=1275))

    path = f"/v1/tickets/{stage['standard'].id}/order-statistics"
    found = api.get(path, as_=stage["ana"]).json["data"]["attributes"]

    assert found["sales"] == {**NO_ORDERS, "total": 242.25, "completed": 42.5, "placed": 85, "pending": 114.75}
    assert (found["orders"]["pending"], found["tickets"]["pending"]) == (1, 3)


@pytest.mark.parametrize("what", ["events", "sessions", "users", "mails", "groups"])
def test_the_installation_is_counted_for_its_admins(api: Api, stage: dict[str, Any], what: str) -> None:
    path = f"/v1/admin/statistics/{what}"

    assert [api.get(path, as_=stage.get(name)).status for name in ("nobody", "ana", "adm")] == [401, 403, 200]
    assert api.post(path, json={}, as_=stage["adm"]).status == 405


@pytest.mark.parametrize(("what", "model"), [("types", EventType), ("topics", EventTopic)])
def test_events_are_counted_by_type_and_topic(
    api: Api, shell: Shell, stage: dict[str, Any], what: str, model: Any
) -> None:
    with shell.work() as work:
        rows = [model(name=name, slug=name.lower()) for name in ("Zoo", "Art", "Gone")]
        rows[2].deleted_at = work.now
        work.db.add_all(rows)
        work.db.flush()
        link = f"event_{what.removesuffix('s')}_id"
        make_event(work, **{link: rows[0].id})
        make_event(work, **{link: rows[0].id, "deleted_at": work.now})
        expected = [{"name": row.name, "id": row.id, "count": count} for row, count in ((rows[1], 0), (rows[0], 1))]

    assert api.get(f"/v1/admin/statistics/event-{what}").status == 401
    found = api.get(f"/v1/admin/statistics/event-{what}", as_=stage["eve"]).json
    assert [one for one in found if one["name"] in ("Art", "Zoo")] == expected
    assert "Gone" not in [one["name"] for one in found]
