"""Questions about scripts and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session as Db

from openevent.kit.access import Actor, allows
from openevent.lab.models import Script, ScriptVersion
from openevent.lab.roles import OWN, READS_SCRIPT, SCRIPTS

_LARGEST = 2**31 - 1


def script_by_id(db: Db, script_id: int, by: Actor) -> Script | None:
    """Return a script that was not deleted and that somebody may read."""
    found = db.scalar(select(Script).where(Script.id == script_id, Script.deleted_at.is_(None)))
    return found if found is not None and allows(db, READS_SCRIPT, by, SCRIPTS, script_id) else None


def owns_script(db: Db, script: Script, by: Actor) -> bool:
    """Tell whether somebody may change a script."""
    return allows(db, OWN, by, SCRIPTS, script.id)


def newest_version(db: Db, script_id: int) -> ScriptVersion | None:
    """Return what a script says now."""
    versions = select(ScriptVersion).where(ScriptVersion.script_id == script_id)
    return db.scalar(versions.order_by(ScriptVersion.number.desc()).limit(1))


class VersionLine(Struct, frozen=True):
    """One line of a script's history."""

    id: int
    number: int
    created_at: datetime
    letters: int


def history_of(db: Db, script_id: int) -> list[VersionLine]:
    """Return the versions of a script without what they say, the newest first."""
    length = func.length(ScriptVersion.code)
    lines = select(ScriptVersion.id, ScriptVersion.number, ScriptVersion.created_at, length)
    rows = db.execute(lines.where(ScriptVersion.script_id == script_id).order_by(ScriptVersion.number.desc()))
    return [VersionLine(*row) for row in rows]


def version_by_number(db: Db, script_id: int, number: int) -> ScriptVersion | None:
    """Return one version of a script."""
    if not 0 < number <= _LARGEST:  # no database could hold another one
        return None
    found = select(ScriptVersion).where(ScriptVersion.script_id == script_id, ScriptVersion.number == number)
    return db.scalar(found)


def scripts_of(db: Db, user_id: int | None) -> Sequence[Script]:
    """Return somebody's scripts, the one that was changed last first."""
    mine = select(Script).where(Script.user_id == user_id, Script.deleted_at.is_(None))
    return db.scalars(mine.order_by(Script.changed_at.desc(), Script.id.desc())).all()


def examples(db: Db) -> Sequence[Script]:
    """Return the ready-made scripts, by name."""
    ready = select(Script).where(Script.is_example.is_(True), Script.deleted_at.is_(None))
    return db.scalars(ready.order_by(Script.title, Script.id)).all()


def scripts_shared(db: Db, by: Actor) -> Sequence[Script]:
    """Return the scripts of others that somebody may read, examples aside."""
    others = select(Script).where(
        READS_SCRIPT.condition("user", SCRIPTS.c),
        or_(Script.user_id.is_(None), Script.user_id != by.id),
        Script.is_example.is_(False),
        Script.deleted_at.is_(None),
    )
    return db.scalars(others.order_by(Script.changed_at.desc(), Script.id.desc()).limit(200), dict(by.params)).all()


def count_scripts(db: Db, user_id: int | None) -> int:
    """Count somebody's scripts."""
    mine = select(func.count()).select_from(Script).where(Script.user_id == user_id, Script.deleted_at.is_(None))
    return db.scalar(mine) or 0


def example_by_title(db: Db, title: str) -> Script | None:
    """Return a ready-made script by its name."""
    ready = select(Script).where(Script.is_example.is_(True), Script.title == title, Script.deleted_at.is_(None))
    return db.scalar(ready)
