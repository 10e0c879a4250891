from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cast import actor, adm, ana, eve
from factories import make_event
from openevent.events import actions
from openevent.events.models import Event, EventTopic, UsersEventsRole
from openevent.events.signals import (
    EventChanged,
    EventCreated,
    EventCurrencyChanged,
    EventDeleting,
    EventPublished,
    EventUnpublished,
)
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.jobs import AuditEntry
from openevent.kit.work import UnitOfWork
from openevent.orders.signals import PapersOutdated


def _values(work: UnitOfWork, **more: Any) -> dict[str, Any]:
    starts = work.now + timedelta(days=30)
    return {"name": "PyConf", "starts_at": starts, "ends_at": starts + timedelta(days=2), "timezone": "UTC", **more}


def test_whoever_creates_an_event_owns_a_draft(work: UnitOfWork) -> None:
    organizer = ana(work)

    event = actions.create_event(work, _values(work), by=actor(organizer))

    held = work.db.execute(select(UsersEventsRole.user_id, UsersEventsRole.role_name)).all()
    assert (event.state, event.created_at) == ("draft", work.now)
    assert held == [(organizer.id, "owner")]
    assert len(event.identifier) == 8
    assert event.chat_room_name == f"PyConf-{event.identifier}"
    assert work.db.scalars(select(AuditEntry.action)).all() == ["event.create", "custom-form.create"]
    assert work.announced == [EventCreated(event.id)]


def test_the_program_itself_creates_an_event_that_nobody_owns(work: UnitOfWork) -> None:
    actions.create_event(work, _values(work), by=SYSTEM)

    assert work.db.scalars(select(UsersEventsRole)).all() == []


def test_an_event_may_be_published_at_once(work: UnitOfWork) -> None:
    event = actions.create_event(work, _values(work, state="published"), by=actor(ana(work)))

    assert work.announced == [EventCreated(event.id), EventPublished(event.id)]


def test_an_unverified_account_creates_nothing(work: UnitOfWork) -> None:
    by = Actor(id=ana(work).id, kind="user", is_verified=False)

    with pytest.raises(Forbidden):
        actions.create_event(work, _values(work), by=by)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"ends_at": None}, "ends-at"),
        ({"is_document_enabled": True, "document_links": [{"name": "Map"}]}, "document-links"),
    ],
)
def test_a_bad_value_is_refused_and_pointed_at(work: UnitOfWork, more: dict[str, Any], pointer: str) -> None:
    values = _values(work, **more)
    values["ends_at"] = values["ends_at"] or values["starts_at"]

    with pytest.raises(Invalid) as caught:
        actions.create_event(work, values, by=actor(ana(work)))

    assert caught.value.pointer == f"/data/attributes/{pointer}"


def test_an_event_without_a_name_is_not_published(work: UnitOfWork) -> None:
    with pytest.raises(actions.EventNameMissing):
        actions.create_event(work, _values(work, name=" ", state="published"), by=actor(ana(work)))


def test_the_topic_lends_its_image(work: UnitOfWork) -> None:
    topic = EventTopic(name="Music", slug="music", system_image_url="https://example.org/music.png")
    work.db.add(topic)
    work.db.flush()

    lent = actions.create_event(work, _values(work, event_topic_id=topic.id), by=actor(ana(work)))
    own = actions.create_event(
        work, _values(work, event_topic_id=topic.id, original_image_url="https://e.org/x"), by=actor(ana(work))
    )

    assert lent.original_image_url == "https://example.org/music.png"
    assert own.original_image_url == "https://e.org/x"


def test_publishing_needs_no_name_in_the_same_breath(work: UnitOfWork) -> None:
    event = make_event(work, state="draft", owner=ana(work))

    actions.publish(work, event, by=actor(ana(work)))

    assert event.state == "published"
    assert work.announced == [EventPublished(event.id), EventChanged(event.id, ("state",))]


def test_publishing_needs_a_verified_account_but_changing_does_not(work: UnitOfWork) -> None:
    by = Actor(id=ana(work).id, kind="user", is_verified=False)
    event = make_event(work, owner=ana(work))
    actions.update_event(work, event, {"name": "Still public"}, by=by)
    actions.unpublish(work, event, by=by)

    with pytest.raises(Forbidden):
        actions.publish(work, event, by=by)

    assert work.announced == [
        EventChanged(event.id, ("name",)),
        PapersOutdated(event.id, None, 0),  # the name stands on tickets
        EventUnpublished(event.id),
        EventChanged(event.id, ("state",)),
    ]


def test_a_new_name_renames_the_chat_room(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    actions.update_event(work, event, {"name": "Other Conf"}, by=actor(ana(work)))

    assert event.chat_room_name == f"Other-Conf-{event.identifier}"


def test_missing_dates_are_taken_from_the_event(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    with pytest.raises(Invalid):
        actions.update_event(work, event, {"ends_at": event.starts_at - timedelta(hours=1)}, by=actor(ana(work)))


def test_a_new_currency_is_announced_and_the_same_one_is_not(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work), payment_currency="EUR")

    actions.update_event(work, event, {"payment_currency": "EUR"}, by=actor(ana(work)))
    actions.update_event(work, event, {"payment_currency": "USD"}, by=actor(ana(work)))

    assert work.announced == [
        EventCurrencyChanged(event.id, "EUR", "USD"),
        EventChanged(event.id, ("payment_currency",)),
    ]


def test_deleting_hides_and_asks_first(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    actions.delete_event(work, event, by=actor(ana(work)))

    assert event.deleted_at == work.now
    assert work.announced == [EventDeleting(event.id, is_permanent=False, by_super_admin=False)]


def test_only_staff_deletes_for_good(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    with pytest.raises(Forbidden):
        actions.delete_event(work, event, by=actor(ana(work)), permanent=True)

    actions.delete_event(work, event, by=actor(adm(work)), permanent=True)

    assert work.announced == [EventDeleting(event.id, is_permanent=True, by_super_admin=True)]
    assert work.db.scalars(select(Event)).all() == []
    assert work.db.scalars(select(UsersEventsRole)).all() == []


def test_identifiers_are_drawn_until_one_is_free_and_no_number(
    work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event(work, identifier="0ddba11e", owner=eve(work))
    drawn = iter(["01234567", "0ddba11e", "0ddba11f"])
    monkeypatch.setattr("secrets.token_hex", lambda _size: next(drawn))

    event = actions.create_event(work, _values(work), by=actor(ana(work)))

    assert event.identifier == "0ddba11f"
