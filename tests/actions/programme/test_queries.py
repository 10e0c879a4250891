from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from cast import ana
from factories import make_event, make_room, make_session, make_session_type, make_speaker, make_track
from openevent.kit.work import UnitOfWork
from openevent.programme import queries
from openevent.programme.models import Session, Speaker, speakers_sessions


def _speak(work: UnitOfWork, session: Session, *speakers: Speaker) -> None:
    rows = [{"session_id": session.id, "speaker_id": speaker.id} for speaker in speakers]
    work.db.execute(insert(speakers_sessions), rows)


def test_days_are_the_event_s_own(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work), timezone="Asia/Kolkata")
    late = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)
    make_session(work, event, title="Past midnight there", starts_at=late, ends_at=late + timedelta(hours=1))

    (day,) = queries.schedule(work.db, event.id)

    assert day.on == date(2026, 5, 2)
    assert (day.sessions[0].starts_at.hour, day.sessions[0].starts_at.minute) == (1, 30)


def test_a_schedule_holds_what_is_accepted_and_has_a_time(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    make_session(work, event, title="Accepted")
    make_session(work, event, title="Confirmed", state="confirmed")
    for state in ("draft", "pending", "rejected", "canceled", "withdrawn"):
        make_session(work, event, title=state, state=state)
    make_session(work, event, title="Some day", starts_at=None)
    make_session(work, event, title="Gone", deleted_at=work.now)
    make_session(work, make_event(work), title="Elsewhere")

    (day,) = queries.schedule(work.db, event.id)

    assert [session.title for session in day.sessions] == ["Accepted", "Confirmed"]


def test_sessions_come_by_time_and_then_by_room(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    second, first = make_room(work, event, name="B", position=2), make_room(work, event, name="A", position=1)
    later = event.starts_at + timedelta(hours=2)
    make_session(work, event, title="3", microlocation_id=first.id, starts_at=later, ends_at=later + timedelta(hours=1))
    make_session(work, event, title="2", microlocation_id=second.id)
    make_session(work, event, title="1", microlocation_id=first.id)

    (day,) = queries.schedule(work.db, event.id)

    assert [session.title for session in day.sessions] == ["1", "2", "3"]
    assert day.rooms == ("A", "B")


def test_a_session_carries_its_track_type_and_speakers(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    track = make_track(work, event, name="Web", color="#fff", font_color="#000000")
    kind = make_session_type(work, event, name="Keynote")
    session = make_session(work, event, track_id=track.id, session_type_id=kind.id, long_abstract="<p>Long</p>")
    second, first = make_speaker(work, event, name="B", order=2), make_speaker(work, event, name="A", order=1)
    _speak(work, session, second, first, make_speaker(work, event, deleted_at=work.now))

    ((found,),) = [day.sessions for day in queries.schedule(work.db, event.id)]

    assert found.track == queries.TrackView(track.id, "Web", "#fff", "#000000")
    assert (found.type, found.room, found.abstract) == ("Keynote", None, "<p>Long</p>")
    assert [speaker.name for speaker in found.speakers] == ["A", "B"]


def test_deleted_tracks_rooms_and_types_are_not_named(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    make_session(
        work,
        event,
        track_id=make_track(work, event, deleted_at=work.now).id,
        microlocation_id=make_room(work, event, deleted_at=work.now).id,
        session_type_id=make_session_type(work, event, deleted_at=work.now).id,
    )

    (day,) = queries.schedule(work.db, event.id)

    assert (day.rooms, day.sessions[0].track, day.sessions[0].room, day.sessions[0].type) == ((), None, None, None)


def test_an_event_without_sessions_has_no_days(work: UnitOfWork) -> None:
    assert queries.schedule(work.db, make_event(work).id) == []
    assert queries.schedule(work.db, 404) == []


def test_speakers_are_those_who_are_in_the_programme_featured_ones_first(work: UnitOfWork) -> None:
    event = make_event(work, owner=ana(work))
    shown, pending = make_session(work, event, title="Shown"), make_session(work, event, state="pending")
    plain = make_speaker(work, event, name="Plain", short_biography="<p>Bio</p>")
    featured = make_speaker(work, event, name="Featured", is_featured=True, order=9)
    _speak(work, shown, plain, featured, make_speaker(work, event, name="Gone", deleted_at=work.now))
    _speak(work, pending, plain, make_speaker(work, event, name="Hopeful"))

    found = queries.speakers(work.db, event.id)

    assert [(one.name, one.sessions) for one in found] == [
        ("Featured", ((shown.id, "Shown"),)),
        ("Plain", ((shown.id, "Shown"),)),
    ]
    assert found[1].biography == "<p>Bio</p>"
