"""Making an event of a calendar or a schedule, in one transaction: whatever is wrong, nothing stays."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field
from sqlalchemy import insert

from openevent.events import actions as events
from openevent.events.models import Event
from openevent.exchange.rules.agenda import Agenda, duration
from openevent.kit.access import Actor
from openevent.kit.html import clean
from openevent.kit.work import UnitOfWork
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions

_COLOR = "#336699"


def import_agenda(work: UnitOfWork, agenda: Agenda, *, by: Actor) -> Event:
    """Make a draft event of a calendar or a schedule; raises what creating an event raises."""
    values: dict[str, Any] = {
        "name": agenda.name,
        "description": clean(agenda.description) or None,
        "starts_at": agenda.starts_at,
        "ends_at": agenda.ends_at,
        "timezone": agenda.timezone,
        "location_name": agenda.place,
        "state": "draft",
        "is_sessions_speakers_enabled": True,
    }
    event = events.create_event(work, values, by=by)
    parts = _Parts(work, event)
    for talk in agenda.talks:
        session = Session(
            event_id=event.id,
            title=talk.title,
            short_abstract=clean(talk.abstract),
            starts_at=talk.starts_at,
            ends_at=talk.ends_at,
            language=talk.language,
            track_id=parts.of(Track, talk.track, color=_COLOR),
            microlocation_id=parts.of(Microlocation, talk.room),
            session_type_id=parts.of(SessionType, talk.kind, length=duration(talk)),
            creator_id=by.id,
            state="accepted",
            created_at=work.now,
            submitted_at=work.now,
            last_modified_at=work.now,
        )
        work.db.add(session)
        work.db.flush()
        for person in dict.fromkeys(talk.people):
            key = parts.of(Speaker, person.name)
            work.db.execute(insert(speakers_sessions).values(session_id=session.id, speaker_id=key))
    return event


class _Parts(Struct):
    """Tracks, rooms and people of a new event, made when they are first named."""

    work: UnitOfWork
    event: Event
    known: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def of(self, model: type[Any], name: str | None, **values: Any) -> int | None:  # noqa: ANN401 -- columns of any type
        if not name:
            return None
        place = (model.__tablename__, name)
        if place not in self.known:
            row = model(event_id=self.event.id, name=name, **values)
            self.work.db.add(row)
            self.work.db.flush()
            self.known[place] = row.id
        return self.known[place]
