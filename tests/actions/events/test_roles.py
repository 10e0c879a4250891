from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import actor, adm, ana, bo, chi, dee, eve
from factories import give_role, make_event, make_role
from openevent.events import actions
from openevent.events.actions.catalogue import RoleInUse
from openevent.events.actions.roles import RoleHeld
from openevent.events.models import Event, EventSubTopic, EventTopic, EventType, Role, UsersEventsRole
from openevent.events.rules import catalogue
from openevent.events.signals import OwnerChanged, RoleGiven, RoleTaken
from openevent.kit.errors import Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.people.signals import AccountClosing


def _held(work: UnitOfWork, event: Event) -> set[tuple[int, str]]:
    links = UsersEventsRole
    found = work.db.execute(select(links.user_id, links.role_name).where(links.event_id == event.id)).all()
    return {(user, role) for user, role in found}


def test_an_organizer_gives_a_role_once(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    first = actions.give_role(work, event.id, dee(work).id, "registrar", by=actor(ana(work)))
    second = actions.give_role(work, event.id, dee(work).id, "registrar", by=actor(ana(work)))

    assert first is second
    assert _held(work, event) == {(ana(work).id, "owner"), (dee(work).id, "registrar")}
    assert work.announced == [RoleGiven(event.id, dee(work).id, "registrar")] * 2


@pytest.mark.parametrize("role", ["owner", "organizer"])
def test_a_co_organizer_can_t_rise_above_himself(work: UnitOfWork, role: str) -> None:
    event = make_event(work, owner=ana(work))
    held = give_role(work, event, bo(work), "coorganizer")

    with pytest.raises(Forbidden):
        actions.change_role(work, held, role, by=actor(bo(work)))
    with pytest.raises(Forbidden):
        actions.give_role(work, event.id, bo(work).id, role, by=actor(bo(work)))

    assert _held(work, event) == {(ana(work).id, "owner"), (bo(work).id, "coorganizer")}


def test_a_stranger_gives_nothing(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    with pytest.raises(Forbidden):
        actions.give_role(work, event.id, eve(work).id, "registrar", by=actor(eve(work)))


def test_ownership_moves_by_giving_it(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    actions.give_role(work, event.id, bo(work).id, "owner", by=actor(ana(work)))

    assert _held(work, event) == {(ana(work).id, "organizer"), (bo(work).id, "owner")}


def test_ownership_moves_by_changing_another_role_into_it(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    held = give_role(work, event, bo(work), "organizer")

    actions.change_role(work, held, "owner", by=actor(ana(work)))

    assert _held(work, event) == {(ana(work).id, "organizer"), (bo(work).id, "owner")}
    assert work.announced == [
        RoleTaken(event.id, bo(work).id, "organizer"),
        RoleGiven(event.id, bo(work).id, "owner"),
        OwnerChanged(event.id, bo(work).id),
    ]


def test_an_owner_s_role_is_neither_changed_nor_taken(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    held = work.db.scalars(select(UsersEventsRole).where(UsersEventsRole.role_name == "owner")).one()

    with pytest.raises(Forbidden):
        actions.change_role(work, held, "organizer", by=actor(adm(work)))
    with pytest.raises(Forbidden):
        actions.take_role(work, held, by=actor(ana(work)))

    assert _held(work, event) == {(ana(work).id, "owner")}


def test_changing_a_role_into_itself_changes_nothing(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    held = give_role(work, event, dee(work), "registrar")

    assert actions.change_role(work, held, "registrar", by=actor(ana(work))) is held
    assert work.announced == []


def test_an_organizer_turns_one_role_into_another(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    actions.change_role(work, give_role(work, event, dee(work), "registrar"), "moderator", by=actor(ana(work)))

    assert _held(work, event) == {(ana(work).id, "owner"), (dee(work).id, "moderator")}


def test_nobody_has_the_same_role_twice(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    give_role(work, event, dee(work), "registrar")
    held = give_role(work, event, dee(work), "moderator")

    with pytest.raises(RoleHeld):
        actions.change_role(work, held, "registrar", by=actor(ana(work)))


def test_an_organizer_takes_a_role_and_everybody_may_leave(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    actions.take_role(work, give_role(work, event, dee(work), "registrar"), by=actor(ana(work)))
    actions.take_role(work, give_role(work, event, chi(work), "registrar"), by=actor(chi(work)))
    held = give_role(work, event, bo(work), "organizer")

    with pytest.raises(Forbidden):
        actions.take_role(work, held, by=actor(eve(work)))

    assert _held(work, event) == {(ana(work).id, "owner"), (bo(work).id, "organizer")}


def test_a_role_that_does_not_exist_is_not_given(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    with pytest.raises(NotFound):
        actions.give_role(work, event.id, bo(work).id, "emperor", by=actor(ana(work)))


def test_a_built_in_role_keeps_its_name_and_stays(work: UnitOfWork) -> None:
    role = make_role(work, "registrar")

    actions.update_role(work, role, {"name": "registrar", "title_name": "At the door"}, by=actor(adm(work)))
    with pytest.raises(Forbidden):
        actions.update_role(work, role, {"name": "owner2"}, by=actor(adm(work)))
    with pytest.raises(Forbidden):
        actions.delete_role(work, role, by=actor(adm(work)))

    assert (role.name, role.title_name) == ("registrar", "At the door")


def test_renaming_a_role_of_one_s_own_follows_whoever_has_it(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    held = give_role(work, event, bo(work), "steward")

    actions.update_role(work, make_role(work, "steward"), {"name": "warden"}, by=actor(adm(work)))

    work.db.refresh(held)
    assert held.role_name == "warden"


def test_a_role_goes_when_nobody_has_it(work: UnitOfWork) -> None:
    role = make_role(work, "steward")
    held = give_role(work, make_event(work, owner=ana(work)), bo(work), "steward")
    with pytest.raises(RoleInUse):
        actions.delete_role(work, role, by=actor(adm(work)))
    actions.take_role(work, held, by=actor(ana(work)))

    actions.delete_role(work, role, by=actor(adm(work)))

    work.db.flush()
    assert work.db.scalar(select(Role).where(Role.name == "steward")) is None


def test_seeding_is_the_same_twice_and_keeps_what_admins_did(work: UnitOfWork) -> None:
    actions.seed(work)
    music = work.db.scalars(select(EventTopic).where(EventTopic.slug == "music")).one()
    work.db.scalars(select(EventType).where(EventType.slug == "tour")).one().deleted_at = work.now
    actions.update_named(work, music, {"name": "Sound"}, by=actor(adm(work)))

    actions.seed(work)

    assert work.db.scalars(select(Role.name).order_by(Role.id)).all() == [name for name, _title in catalogue.ROLES]
    assert len(work.db.scalars(select(EventType)).all()) == 19
    assert len(work.db.scalars(select(EventTopic)).all()) == 19
    assert music.slug == "sound"
    assert work.db.scalars(select(EventType.name).order_by(EventType.id)).all() == list(catalogue.EVENT_TYPES)


def test_slugs_follow_names_and_are_unique_where_they_have_to_be(work: UnitOfWork) -> None:
    by = actor(adm(work))
    first = actions.create_named(work, EventTopic, {"name": "Film, Media & Fun"}, by=by)
    second = actions.create_named(work, EventTopic, {"name": "Film Media Fun"}, by=by)
    part = actions.create_named(work, EventSubTopic, {"name": "Noir", "event_topic_id": first.id}, by=by)
    other = actions.create_named(work, EventSubTopic, {"name": "Noir", "event_topic_id": second.id}, by=by)
    again = actions.create_named(work, EventSubTopic, {"name": "Noir", "event_topic_id": first.id}, by=by)

    assert (first.slug, part.slug, other.slug) == ("film-media-fun", "noir", "noir")
    assert second.slug.startswith("film-media-fun-")
    assert again.slug.startswith("noir-")


def test_changing_anything_but_the_name_keeps_the_slug(work: UnitOfWork) -> None:
    by = actor(adm(work))
    topic = actions.create_named(work, EventTopic, {"name": "Music"}, by=by)

    actions.update_named(work, topic, {"system_image_url": "https://example.org/m.png", "name": "Music"}, by=by)

    assert topic.slug == "music"


def test_a_name_of_nothing_has_no_slug(work: UnitOfWork) -> None:
    with pytest.raises(Invalid):
        actions.create_named(work, EventType, {"name": " , "}, by=actor(adm(work)))


def test_an_account_with_a_part_in_an_event_is_kept(work: UnitOfWork) -> None:
    user = bo(work)
    event = make_event(work)
    give_role(work, event, user, "registrar")

    with pytest.raises(Forbidden):
        actions.keep_team(work, AccountClosing(user.id))


def test_an_account_whose_events_are_deleted_may_go(work: UnitOfWork) -> None:
    user = bo(work)
    give_role(work, make_event(work, deleted_at=work.now), user, "organizer")

    actions.keep_team(work, AccountClosing(user.id))
    actions.keep_team(work, AccountClosing(eve(work).id))
