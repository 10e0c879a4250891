from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from cast import actor, adm, ana, bo, chi, eve
from factories import (
    give_role,
    make_event,
    make_room,
    make_session,
    make_session_type,
    make_speaker,
    make_track,
)
from openevent.events.models import Event
from openevent.kit.access import NOBODY, SYSTEM
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.programme import actions
from openevent.programme.actions.sessions import ProgrammeDisabled, SessionLocked, StateRefused
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.programme.signals import SessionStateChanged, SessionSubmitted


def _event(work: UnitOfWork) -> Event:
    return make_event(work, owner=ana(work), is_sessions_speakers_enabled=True)


def _speakers(work: UnitOfWork, session: Session) -> list[int]:
    links = speakers_sessions.c
    return list(
        work.db.scalars(select(links.speaker_id).where(links.session_id == session.id).order_by(links.speaker_id))
    )


def _speak(work: UnitOfWork, session: Session, **values: Any) -> Speaker:
    event = work.db.get_one(Event, session.event_id)
    speaker = make_speaker(work, event, **values)
    work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))
    return speaker


def test_anybody_hands_in_a_draft_and_is_its_creator(work: UnitOfWork) -> None:
    event = _event(work)
    speaker = make_speaker(work, event)

    session = actions.create_session(
        work, {"event_id": event.id, "title": "Talk"}, speakers=[speaker.id, speaker.id], by=actor(chi(work))
    )

    assert (session.state, session.creator_id, session.submitted_at) == ("draft", chi(work).id, None)
    assert _speakers(work, session) == [speaker.id]
    assert work.announced == []


def test_a_session_that_is_handed_in_as_pending_is_submitted(work: UnitOfWork) -> None:
    values = {"event_id": _event(work).id, "title": "Talk", "state": "pending", "send_email": None}

    session = actions.create_session(work, values, by=actor(chi(work)))

    assert session.submitted_at == work.now
    assert work.announced == [SessionSubmitted(session.id)]


def test_without_the_feature_nothing_is_handed_in(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))

    with pytest.raises(ProgrammeDisabled):
        actions.create_session(work, {"event_id": event.id, "title": "Talk"}, by=actor(ana(work)))


@pytest.mark.parametrize("state", ["accepted", "confirmed", "rejected", "canceled", "withdrawn"])
def test_nobody_accepts_his_own_session_by_handing_it_in(work: UnitOfWork, state: str) -> None:
    values = {"event_id": _event(work).id, "title": "Talk", "state": state}

    with pytest.raises(StateRefused):
        actions.create_session(work, values, by=actor(chi(work)))

    assert actions.create_session(work, values, by=actor(ana(work))).state == state


def test_only_organizers_choose_the_room(work: UnitOfWork) -> None:
    event = _event(work)
    give_role(work, event, bo(work), "coorganizer")
    values = {"event_id": event.id, "title": "Talk", "microlocation_id": make_room(work, event).id}

    by_speaker = actions.create_session(work, values, by=actor(chi(work)))
    by_coorganizer = actions.create_session(work, values, by=actor(bo(work)))
    actions.update_session(work, by_speaker, {"microlocation_id": values["microlocation_id"]}, by=actor(chi(work)))
    actions.update_session(work, by_coorganizer, {"microlocation_id": None}, by=actor(adm(work)))

    assert (by_speaker.microlocation_id, by_coorganizer.microlocation_id) == (None, None)


def test_a_new_session_lies_ahead(work: UnitOfWork) -> None:
    values = {
        "event_id": _event(work).id,
        "title": "Talk",
        "starts_at": work.now,
        "ends_at": work.now + timedelta(hours=1),
    }

    with pytest.raises(Invalid) as caught:
        actions.create_session(work, values, by=actor(ana(work)))

    assert caught.value.pointer == "/data/attributes/starts-at"


def test_a_session_ends_after_it_starts_also_when_one_end_moves(work: UnitOfWork) -> None:
    session = make_session(work, _event(work))

    with pytest.raises(Invalid) as caught:
        actions.update_session(work, session, {"ends_at": session.starts_at}, by=actor(ana(work)))

    assert caught.value.pointer == "/data/attributes/ends-at"


@pytest.mark.parametrize(
    ("column", "make"),
    [("track_id", make_track), ("microlocation_id", make_room), ("session_type_id", make_session_type)],
)
def test_track_room_and_type_are_the_event_s_own(work: UnitOfWork, column: str, make: Any) -> None:
    session = make_session(work, _event(work))
    stranger = make(work, _event(work))

    with pytest.raises(Invalid) as caught:
        actions.update_session(work, session, {column: stranger.id}, by=actor(ana(work)))

    assert caught.value.pointer == f"/data/relationships/{column.removesuffix('_id').replace('_', '-')}"


def test_speakers_are_the_event_s_own(work: UnitOfWork) -> None:
    session = make_session(work, _event(work))
    stranger = make_speaker(work, _event(work))

    with pytest.raises(Invalid):
        actions.update_session(work, session, {}, speakers=[stranger.id], by=actor(ana(work)))


def test_speakers_are_replaced_when_they_are_given_and_kept_when_not(work: UnitOfWork) -> None:
    session = make_session(work, _event(work))
    first = _speak(work, session)
    second = make_speaker(work, work.db.get_one(Event, session.event_id))

    actions.update_session(work, session, {"title": "New"}, by=actor(ana(work)))
    kept = _speakers(work, session)
    actions.update_session(work, session, {}, speakers=[second.id], by=actor(ana(work)))
    replaced = _speakers(work, session)
    actions.update_session(work, session, {}, speakers=[], by=actor(ana(work)))

    assert (kept, replaced, _speakers(work, session)) == ([first.id], [second.id], [])


def test_an_organizer_accepts_and_says_whether_to_tell(work: UnitOfWork) -> None:
    session = make_session(work, _event(work), state="pending")

    actions.update_session(work, session, {"state": "accepted", "send_email": True}, by=actor(ana(work)))
    actions.update_session(work, session, {"state": "confirmed"}, by=actor(ana(work)))

    assert work.announced == [
        SessionStateChanged(session.id, "pending", "accepted", tell=True),
        SessionStateChanged(session.id, "accepted", "confirmed", tell=False),
    ]


def _by_account(work: UnitOfWork, session: Session) -> User:
    _speak(work, session, user_id=chi(work).id)
    return chi(work)


def _by_address(work: UnitOfWork, session: Session) -> User:
    _speak(work, session, email=chi(work).email)
    return chi(work)


def _by_creation(work: UnitOfWork, session: Session) -> User:
    session.creator_id = chi(work).id
    work.db.flush()
    return chi(work)


@pytest.mark.parametrize("tie", [_by_account, _by_address, _by_creation])
def test_a_speaker_withdraws_but_does_not_accept(work: UnitOfWork, tie: Any) -> None:
    session = make_session(work, _event(work), state="pending")
    who = tie(work, session)

    with pytest.raises(StateRefused) as caught:
        actions.update_session(work, session, {"state": "accepted"}, by=actor(who))
    session.state = "pending"
    actions.update_session(work, session, {"state": "withdrawn"}, by=actor(who))

    assert caught.value.pointer == "/data/attributes/state"
    assert session.state == "withdrawn"


def test_an_end_in_the_past_lifts_no_rule(work: UnitOfWork) -> None:
    session = make_session(work, _event(work), state="pending", creator_id=chi(work).id, starts_at=None, ends_at=None)

    with pytest.raises(StateRefused):
        actions.update_session(work, session, {"state": "confirmed"}, by=actor(chi(work)))


def test_an_unverified_address_is_nobody_s(work: UnitOfWork) -> None:
    session = make_session(work, _event(work), state="pending")
    _speak(work, session, email=chi(work).email)
    chi(work).is_verified = False

    with pytest.raises(StateRefused):
        actions.update_session(work, session, {"state": "withdrawn"}, by=actor(chi(work)))


def test_only_those_who_lead_lock_and_touch_what_is_locked(work: UnitOfWork) -> None:
    event = _event(work)
    give_role(work, event, bo(work), "coorganizer")
    session = make_session(work, event, creator_id=chi(work).id)
    for who in (chi(work), bo(work)):
        with pytest.raises(SessionLocked):
            actions.update_session(work, session, {"is_locked": True}, by=actor(who))

    actions.update_session(work, session, {"is_locked": True}, by=actor(ana(work)))

    for who in (chi(work), bo(work)):
        with pytest.raises(SessionLocked):
            actions.update_session(work, session, {"title": "Mine"}, by=actor(who))
        with pytest.raises(SessionLocked):
            actions.delete_session(work, session, by=actor(who))
    actions.update_session(work, session, {"is_locked": False}, by=actor(adm(work)))
    assert not session.is_locked


def test_nobody_hands_in_a_locked_session_but_those_who_lead(work: UnitOfWork) -> None:
    values = {"event_id": _event(work).id, "title": "Talk", "is_locked": True}

    with pytest.raises(SessionLocked):
        actions.create_session(work, values, by=actor(chi(work)))

    assert actions.create_session(work, values, by=actor(ana(work))).is_locked


def test_deleting_hides_and_permanent_removes(work: UnitOfWork) -> None:
    session, other = (make_session(work, _event(work)) for _ in range(2))

    actions.delete_session(work, session, by=actor(ana(work)))
    actions.delete_session(work, other, by=actor(adm(work)), permanent=True)

    assert session.deleted_at == work.now
    assert work.db.scalars(select(Session.id)).all() == [session.id]


def test_every_change_is_stamped(work: UnitOfWork) -> None:
    session = make_session(work, _event(work), last_modified_at=work.now - timedelta(days=3))

    actions.update_session(work, session, {"title": "New"}, by=actor(ana(work)))

    assert session.last_modified_at == work.now


def test_the_program_itself_submits_for_nobody(work: UnitOfWork) -> None:
    session = actions.create_session(work, {"event_id": _event(work).id, "title": "Talk"}, by=SYSTEM)

    assert session.creator_id is None
    with pytest.raises(StateRefused):
        actions.update_session(work, session, {"state": "pending"}, by=SYSTEM)


def test_a_stranger_moves_nothing(work: UnitOfWork) -> None:
    session = make_session(work, _event(work), state="pending")

    for by in (NOBODY, actor(eve(work))):
        with pytest.raises(StateRefused):
            actions.update_session(work, session, {"state": "withdrawn"}, by=by)
        session.state = "pending"
