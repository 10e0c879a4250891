from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cast import actor, ana, bo, chi
from factories import give_role, make_event, make_room, make_session, make_session_type, make_speaker, make_track
from openevent.events.models import Event
from openevent.kit.errors import Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.programme import actions
from openevent.programme.actions.sessions import ProgrammeDisabled
from openevent.programme.actions.speakers import SpeakerEmailTaken
from openevent.programme.models import Microlocation, SessionType, Speaker, Track, speakers_sessions


def _event(work: UnitOfWork) -> Event:
    return make_event(work, owner=ana(work), is_sessions_speakers_enabled=True)


def _sessions(work: UnitOfWork, speaker: Speaker) -> list[int]:
    links = speakers_sessions.c
    return list(
        work.db.scalars(select(links.session_id).where(links.speaker_id == speaker.id).order_by(links.session_id))
    )


def test_whoever_is_no_organizer_introduces_himself_under_his_own_address(work: UnitOfWork) -> None:
    values = {"event_id": _event(work).id, "name": "Chi", "email": "somebody@example.org"}

    speaker = actions.create_speaker(work, values, by=actor(chi(work)))

    assert (speaker.email, speaker.user_id) == ("chi@example.org", chi(work).id)


def test_an_organizer_introduces_others_and_himself(work: UnitOfWork) -> None:
    event = _event(work)

    other = actions.create_speaker(
        work, {"event_id": event.id, "name": "Chi", "email": " Chi@Example.org "}, by=actor(ana(work))
    )
    own = actions.create_speaker(work, {"event_id": event.id, "name": "Ana"}, by=actor(ana(work)))

    assert (other.email, other.user_id) == ("chi@example.org", None)
    assert (own.email, own.user_id) == ("ana@example.org", ana(work).id)


def test_without_the_feature_nobody_is_introduced(work: UnitOfWork) -> None:
    with pytest.raises(ProgrammeDisabled):
        actions.create_speaker(work, {"event_id": make_event(work).id, "name": "Chi"}, by=actor(chi(work)))


def test_one_address_one_speaker_an_event(work: UnitOfWork) -> None:
    event = _event(work)
    gone = make_speaker(work, event, email="old@example.org", deleted_at=work.now)
    make_speaker(work, event, email="chi@example.org")
    other = make_speaker(work, event)

    with pytest.raises(SpeakerEmailTaken):
        actions.create_speaker(work, {"event_id": event.id, "name": "Chi"}, by=actor(chi(work)))
    work.db.expunge_all()
    with pytest.raises(SpeakerEmailTaken):
        actions.update_speaker(
            work, work.db.get_one(Speaker, other.id), {"email": "CHI@example.org"}, by=actor(ana(work))
        )
    work.db.expunge_all()
    again = actions.create_speaker(
        work, {"event_id": event.id, "name": "Old", "email": gone.email}, by=actor(ana(work))
    )

    assert again.email == "old@example.org"


def test_only_those_who_lead_leave_out_an_address(work: UnitOfWork) -> None:
    event = _event(work)
    give_role(work, event, bo(work), "coorganizer")
    values = {"event_id": event.id, "name": "Chi", "is_email_overridden": True}

    for who in (chi(work), bo(work)):
        with pytest.raises(Forbidden):
            actions.create_speaker(work, values, by=actor(who))
    first = actions.create_speaker(work, values, by=actor(ana(work)))
    second = actions.create_speaker(work, values, by=actor(ana(work)))

    assert (first.email, first.user_id, second.email) == (None, None, None)


def test_a_speaker_changes_everything_of_his_but_the_address(work: UnitOfWork) -> None:
    speaker = make_speaker(work, _event(work), email="chi@example.org", user_id=chi(work).id)

    actions.update_speaker(work, speaker, {"name": "Chi N.", "email": "other@example.org"}, by=actor(chi(work)))

    assert (speaker.name, speaker.email) == ("Chi N.", "chi@example.org")


def test_an_organizer_takes_the_address_away_and_gives_another(work: UnitOfWork) -> None:
    speaker = make_speaker(work, _event(work), email="chi@example.org")

    actions.update_speaker(work, speaker, {"is_email_overridden": True}, by=actor(ana(work)))
    without = speaker.email
    actions.update_speaker(
        work, speaker, {"is_email_overridden": False, "email": "New@example.org"}, by=actor(ana(work))
    )

    assert (without, speaker.email) == (None, "new@example.org")


def test_a_speaker_joins_sessions_of_his_own_only(work: UnitOfWork) -> None:
    event = _event(work)
    speaker = make_speaker(work, event, user_id=chi(work).id)
    foreign = make_session(work, event)

    with pytest.raises(NotFound):
        actions.update_speaker(work, speaker, {}, sessions=[foreign.id], by=actor(chi(work)))

    assert _sessions(work, speaker) == []


def test_a_speaker_is_put_on_own_sessions_and_taken_off(work: UnitOfWork) -> None:
    event = _event(work)
    first, second = (make_session(work, event, creator_id=chi(work).id) for _ in range(2))

    speaker = actions.create_speaker(
        work, {"event_id": event.id, "name": "Chi"}, sessions=[first.id], by=actor(chi(work))
    )
    before = _sessions(work, speaker)
    actions.update_speaker(work, speaker, {}, sessions=[second.id, second.id], by=actor(chi(work)))

    assert (before, _sessions(work, speaker)) == ([first.id], [second.id])


def test_a_session_one_is_on_already_is_kept_whoever_it_belongs_to(work: UnitOfWork) -> None:
    event = _event(work)
    session = make_session(work, event)
    speaker = make_speaker(work, event, user_id=chi(work).id)
    work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))

    actions.update_speaker(work, speaker, {}, sessions=[session.id], by=actor(chi(work)))

    assert _sessions(work, speaker) == [session.id]


def test_a_session_of_another_event_is_not_joined(work: UnitOfWork) -> None:
    speaker = make_speaker(work, _event(work))
    session = make_session(work, _event(work))

    with pytest.raises(Invalid):
        actions.update_speaker(work, speaker, {}, sessions=[session.id], by=actor(ana(work)))


def test_a_track_knows_which_text_can_be_read_on_it(work: UnitOfWork) -> None:
    event = _event(work)
    track = actions.create_part(
        work, Track, {"event_id": event.id, "name": "Web", "color": "#fff"}, by=actor(ana(work))
    )
    light = track.font_color

    actions.update_part(work, track, {"color": "#123456"}, by=actor(ana(work)))

    assert (light, track.font_color) == ("#000000", "#ffffff")


def test_bad_colours_and_lengths_are_refused(work: UnitOfWork) -> None:
    event = _event(work)

    with pytest.raises(Invalid):
        actions.create_part(work, Track, {"event_id": event.id, "name": "Web", "color": "red"}, by=actor(ana(work)))
    with pytest.raises(Invalid):
        actions.update_part(work, make_track(work, event), {"color": "red"}, by=actor(ana(work)))
    with pytest.raises(Invalid):
        actions.update_part(work, make_session_type(work, event), {"length": "30"}, by=actor(ana(work)))


def test_a_room_s_chat_is_named_after_it(work: UnitOfWork) -> None:
    event = _event(work)

    room = actions.create_part(work, Microlocation, {"event_id": event.id, "name": "Main Hall"}, by=actor(ana(work)))
    kind = actions.create_part(
        work, SessionType, {"event_id": event.id, "name": "Talk", "length": "00:30"}, by=actor(ana(work))
    )
    actions.update_part(work, make_room(work, event), {"floor": 2}, by=actor(ana(work)))

    assert room.chat_room_name == f"Main-Hall-{room.id}"
    assert kind.position == 0
