"""Values for the pages of scripts: what is on the shelf, whose it is, and who could share it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from msgspec import Struct
from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.kit.access import Actor
from openevent.lab.models import Script
from openevent.lab.queries import scripts
from openevent.lab.queries.screens import name_of
from openevent.lab.roles import READS_SCRIPT, SCRIPTS, holds_ticket
from openevent.people.models import User

_EVENTS = cast(Table, Event.__table__)
_MOST = 100


class Shared(Struct, frozen=True):
    """A script of somebody else's."""

    id: int
    title: str
    owner: str


class Origin(Struct, frozen=True):
    """The script that another one was made from."""

    id: int
    title: str


class Sheet(Struct, frozen=True):
    """A script as its page shows it."""

    id: int
    title: str
    code: str
    number: int  # of its newest version
    changed_at: datetime
    visibility: str
    event_id: int | None
    is_example: bool
    is_mine: bool
    owner: str
    forked_from: Origin | None = None


class Class(Struct, frozen=True):
    """An event whose people a script can be shared with."""

    id: int
    name: str


def shared_with(db: Db, by: Actor) -> list[Shared]:
    """Return scripts of others that somebody may read, the newest first."""
    found = (
        select(Script.id, Script.title, User.public_name, User.first_name, User.last_name)
        .outerjoin(User, User.id == Script.user_id)
        .where(
            READS_SCRIPT.condition("user", SCRIPTS.c),
            or_(Script.user_id.is_(None), Script.user_id != by.id),
            Script.is_example.is_(False),
            Script.deleted_at.is_(None),
        )
        .order_by(Script.changed_at.desc(), Script.id.desc())
        .limit(_MOST)
    )
    return [Shared(row[0], row[1], name_of(*row[2:])) for row in db.execute(found, dict(by.params))]


def sheet(db: Db, script_id: int, by: Actor) -> Sheet | None:
    """Return a script that somebody may read, with what it says now."""
    script = scripts.script_by_id(db, script_id, by)
    version = scripts.newest_version(db, script_id) if script else None
    if script is None or version is None:
        return None
    owner = db.get(User, script.user_id) if script.user_id else None
    origin = scripts.script_by_id(db, script.forked_from_id, by) if script.forked_from_id else None
    return Sheet(
        script.id,
        script.title,
        version.code,
        version.number,
        script.changed_at,
        script.visibility,
        script.event_id,
        script.is_example,
        owner is not None and owner.id == by.id,
        name_of(owner.public_name, owner.first_name, owner.last_name) if owner else "",
        Origin(origin.id, origin.title) if origin else None,
    )


def classes_of(db: Db, by: Actor) -> list[Class]:
    """Return the events that somebody takes part in, or organizes, the latest first."""
    organizes = EVENT_COORGANIZER.condition("user", _EVENTS.c)
    found = (
        select(Event.id, Event.name)
        .where(or_(holds_ticket(_EVENTS.c.id), organizes), Event.deleted_at.is_(None))
        .order_by(Event.starts_at.desc())
        .limit(_MOST)
    )
    return [Class(*row) for row in db.execute(found, dict(by.params))]
