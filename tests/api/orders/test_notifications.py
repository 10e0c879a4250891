"""Buyers, holders and organizers read inside the product what became of an order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import actor, ana, bo, chi
from factories import join_group, make_event, make_group, make_order, make_ticket, make_user
from openevent.events.models import Event
from openevent.events.queries import chief_addresses
from openevent.orders.actions import cancel
from openevent.orders.models import Attendee, Order
from openevent.orders.signals import OrderCompleted, OrderPlaced
from openevent.people.models import Notification, NotificationSetting


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {maker.__name__: maker(work) for maker in (ana, bo, chi)}


@pytest.fixture
def order(shell, people):
    """An order of Bo's with a ticket for Chi and one for himself, for an event of Ana's."""
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work, owner=people["ana"], name="Fair"))
        order = make_order(work, ticket, buyer=people["bo"], quantity=2)
        holders = work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).all()
        for holder, who in zip(holders, ("bo", "chi"), strict=True):
            holder.email = people[who].email
        return order


def told(shell, people):
    names = {user.id: name for name, user in people.items()}
    with shell.database.reading() as db:
        rows = db.scalars(select(Notification).order_by(Notification.id)).all()
        return [(names[row.user_id], row.content["type"]) for row in rows]


@pytest.mark.parametrize("signal", [OrderCompleted, OrderPlaced])
def test_everybody_is_told_that_tickets_were_bought(api, shell, people, order, run_jobs, signal):
    with shell.work() as work:
        work.announce(signal(order.id))
    run_jobs()

    assert told(shell, people) == [
        ("bo", "ticket_purchased"),
        ("chi", "ticket_purchased_attendee"),
        ("ana", "ticket_purchased_organizer"),
    ]
    [shown] = api.get(f"/v1/users/{people['bo'].id}/notifications", as_=people["bo"]).json["data"]
    content = shown["attributes"]["content"]
    assert content["order"] == {"id": str(order.id), "identifier": order.identifier, "status": "completed"}
    assert (content["target_type"], content["target_id"], content["event"]["name"]) == ("Order", order.id, "Fair")
    assert [one["id"] for one in content["actors"]] == [people["bo"].id]


def test_those_who_run_the_group_of_the_event_are_told_as_its_organizers_are_and_once(shell, people, order, run_jobs):
    with shell.work() as work:
        group = make_group(work, people["ana"])
        work.db.get_one(Event, order.event_id).group_id = group.id
        people["dan"] = make_user(work)
        join_group(work, group, people["dan"])
        join_group(work, group, make_user(work), "coorganizer")
        join_group(work, group, make_user(work), accepted=False)
        work.announce(OrderCompleted(order.id))
    run_jobs()

    organizers = [name for name, kind in told(shell, people) if kind == "ticket_purchased_organizer"]
    assert organizers == ["ana", "dan"]
    with shell.database.reading() as db:
        addresses = [people[name].email for name in organizers]
        assert chief_addresses(db, order.event_id) == addresses


def test_buyer_and_organizers_are_told_of_a_cancellation_unless_it_is_switched_off(shell, people, order):
    with shell.work() as work:
        work.db.add(NotificationSetting(type="ticket_cancelled_organizer", enabled=False))
        cancel(work, work.db.get_one(Order, order.id), by=actor(people["ana"]))

    assert told(shell, people) == [("bo", "ticket_cancelled")]


def test_an_order_that_is_gone_meanwhile_is_not_told_of(shell, people, run_jobs):
    with shell.work() as work:
        work.announce(OrderCompleted(4711))
    run_jobs()

    assert told(shell, people) == []
