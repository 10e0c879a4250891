from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from cast import adm, ana, bo, chi, dee, eve
from factories import give_role, make_event, make_room, make_session, make_session_type, make_speaker, make_track
from openevent.kit.work import Shell
from openevent.programme.models import speakers_sessions

Document = Callable[..., dict[str, Any]]


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana's public event with one talk by Chi, co-organized by Bo; Dee keeps its tracks."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, chi, dee, eve, adm)}
        event = make_event(work, owner=found["ana"], is_sessions_speakers_enabled=True)
        give_role(work, event, found["bo"], "coorganizer")
        give_role(work, event, found["dee"], "track_organizer")
        track, room = make_track(work, event, name="Web"), make_room(work, event, name="Main Hall", floor=0)
        kind = make_session_type(work, event, name="Talk")
        of = {"track_id": track.id, "microlocation_id": room.id, "session_type_id": kind.id}
        session = make_session(work, event, title="Talk zero", **of)
        speaker = make_speaker(work, event, name="Chi", email="chi@example.org", mobile="0123", address="Quay 1")
        work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=speaker.id))
        return {
            **found,
            "event": event,
            "track": track,
            "room": room,
            "kind": kind,
            "session": session,
            "speaker": speaker,
            "pending": make_session(work, event, title="Pending", state="pending", creator_id=found["chi"].id),
        }


@pytest.fixture
def new() -> Document:
    """A function that makes the document of a POST: type, attributes, then rows by relationship."""

    def make(type_: str, attributes: dict[str, Any] | None = None, **rows: Any) -> dict[str, Any]:
        types = {"rated": "event", "event": "event", "session": "session", "user": "user"}
        links = {name: {"data": {"type": types.get(name, name), "id": str(row.id)}} for name, row in rows.items()}
        return {"data": {"type": type_, "attributes": attributes or {}, "relationships": links}}

    return make
