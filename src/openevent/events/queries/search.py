"""Searching events by their texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.events.roles import LISTED
from openevent.events.rules import like_pattern
from openevent.events.rules.search import FIELDS, highlight, words
from openevent.kit.access import ANONYMOUS
from openevent.kit.html import plain

MOST = 20

Search = Mapping[str, str]  # what is looked for, by field


class Hit(Struct, frozen=True):
    """An event that was found, and where: HTML with the words marked, by field."""

    event: Event
    highlights: dict[str, list[str]]


def search(db: Session, wanted: Search, now: datetime, *, page: int = 1) -> list[Hit]:
    """Return listed events in which every word is found in its field: those still to come first, then the latest.

    At most MOST a page. What a visitor can't see in the public list is not found either.
    """
    sought = {name: words(wanted[name]) for name in FIELDS if wanted.get(name)}
    if not any(sought.values()):
        return []
    has_ended = case((Event.ends_at < now, 1), else_=0)
    found = (
        select(Event)
        .where(Event.deleted_at.is_(None), LISTED.condition(ANONYMOUS, Event.__table__.c), *_conditions(sought))
        .order_by(has_ended, case((has_ended == 0, Event.starts_at)), Event.starts_at.desc(), Event.id)
        .limit(MOST)
        .offset((page - 1) * MOST)
    )
    return [_hit(event, sought) for event in db.scalars(found)]


def _conditions(sought: Mapping[str, tuple[str, ...]]) -> list[ColumnElement[bool]]:
    columns = Event.__table__.c
    return [
        and_(*(columns[name].ilike(like_pattern(word), escape="\\") for word in some)) for name, some in sought.items()
    ]


def _hit(event: Event, sought: Mapping[str, tuple[str, ...]]) -> Hit:
    marked = {name: highlight(plain(getattr(event, name) or ""), some) for name, some in sought.items()}
    return Hit(event, {name: [text] for name, text in marked.items() if text})
