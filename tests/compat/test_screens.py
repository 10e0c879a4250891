"""The requests that the web client sends from its screens, in the order of a visit: all of them are answered."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from cast import adm, ana, bo
from clients import Api
from compat.replay import Replay, steps_of
from factories import (
    give_role,
    make_event,
    make_order,
    make_room,
    make_session,
    make_session_type,
    make_speaker,
    make_ticket,
    make_track,
)
from openevent.kit.work import Shell, UnitOfWork
from openevent.main.seeds import seed
from openevent.orders.queries import holders
from openevent.programme.models import speakers_sessions

SCREENS = steps_of(Path(__file__).with_name("screens.jsonl").read_text("utf-8"))


def _stage(work: UnitOfWork) -> dict[str, str]:
    """Put up what the screens show: an event with a programme, and an order of two."""
    seed(work)
    organizer = ana(work)
    event = make_event(work, owner=organizer, is_sessions_speakers_enabled=True, event_topic_id=1, event_type_id=1)
    give_role(work, event, bo(work), "organizer")
    room, track, kind = make_room(work, event), make_track(work, event), make_session_type(work, event)
    places = {"track_id": track.id, "session_type_id": kind.id, "microlocation_id": room.id}
    session = make_session(work, event, creator_id=organizer.id, **places)
    speaker = make_speaker(work, event, user_id=organizer.id)
    work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))
    ticket = make_ticket(work, event)
    order = make_order(work, ticket, buyer=organizer, quantity=2)
    rows = {"session": session, "speaker": speaker, "room": room, "ticket": ticket, "user": organizer}
    people = {"ana": organizer, "bo": bo(work), "adm": adm(work), "attendee": holders(work.db, order.id)[0]}
    return {
        **{name: str(one.id) for name, one in (rows | people).items()},
        "topic": "1",
        "email": organizer.email,
        "event.identifier": event.identifier,
        "order.identifier": order.identifier,
    }


def test_every_request_of_the_web_client_is_answered_in_the_shape_it_reads(shell: Shell, api: Api) -> None:
    with shell.work() as work:
        known = _stage(work)

    assert Replay(api, known).run(SCREENS) == {}
