"""Keeping scripts: every change is a version, nothing that was run is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table

from openevent.events.models import Event
from openevent.events.roles import EVENT_COORGANIZER
from openevent.kit.access import Actor, allows
from openevent.kit.errors import NotFound
from openevent.kit.work import UnitOfWork
from openevent.lab.actions.refusals import ScriptChanged, ScriptLimit, ScriptRefused, refuse_visitors
from openevent.lab.models import Script, ScriptVersion
from openevent.lab.queries import scripts
from openevent.lab.queries.people import takes_part
from openevent.lab.rules import scripts as rules

_TITLE, _CODE, _CLASS = "/data/attributes/title", "/data/attributes/code", "/data/relationships/event"


def create_script(
    work: UnitOfWork,
    *,
    title: str,
    code: str = "",
    visibility: str = "private",
    event_id: int | None = None,
    by: Actor,
) -> Script:
    """Keep a new script with its first version; raises Unauthenticated, ScriptRefused and ScriptLimit."""
    refuse_visitors(by)
    _check(title, code)
    if scripts.count_scripts(work.db, by.id) >= rules.MOST_SCRIPTS:
        raise ScriptLimit(f"You have {rules.MOST_SCRIPTS} scripts already.")
    script = Script(user_id=by.id, title=title.strip(), created_at=work.now, changed_at=work.now)
    _set_audience(work, script, visibility, event_id, by)
    return _kept(work, script, code)


def _kept(work: UnitOfWork, script: Script, code: str) -> Script:
    work.db.add(script)
    work.db.flush()
    work.db.add(ScriptVersion(script_id=script.id, number=1, code=code, created_at=work.now))
    work.db.flush()
    return script


def _check(title: str, code: str) -> None:
    for fault, pointer in ((rules.title_fault(title), _TITLE), (rules.code_fault(code), _CODE)):
        if fault:
            raise ScriptRefused(fault, pointer=pointer)


def add_version(work: UnitOfWork, script: Script, code: str, *, by: Actor) -> ScriptVersion:
    """Keep what a script says now; the same text again makes no version. Raises NotFound for somebody else's."""
    own_script(work, script.id, by=by)
    work.db.refresh(script, with_for_update=True)
    fault = rules.code_fault(code)
    if fault:
        raise ScriptRefused(fault, pointer=_CODE)
    newest = scripts.newest_version(work.db, script.id)
    if newest is not None and newest.code == code:
        return newest
    number = newest.number + 1 if newest else 1
    if number > rules.MOST_VERSIONS:
        raise ScriptLimit(f"A script has {rules.MOST_VERSIONS} versions at most. Fork it to go on.")
    version = ScriptVersion(script_id=script.id, number=number, code=code, created_at=work.now)
    work.db.add(version)
    script.changed_at = work.now
    work.db.flush()
    return version


def update_script(
    work: UnitOfWork, script: Script, values: Mapping[str, Any], *, seen: int | None = None, by: Actor
) -> Script:
    """Change a script: title, code (a new version), visibility, event_id (its class); what is not given stays.

    Raises NotFound for somebody else's, ScriptRefused, and ScriptChanged when the newest version is not the one that
    was `seen`.
    """
    own_script(work, script.id, by=by)
    _refuse_changed(work, script, values.get("code"), seen)
    if "title" in values:
        _check(values["title"] or "", "")
        script.title = values["title"].strip()
    if "visibility" in values or "event_id" in values:
        wanted = values.get("visibility") or script.visibility
        _set_audience(work, script, wanted, values.get("event_id", script.event_id), by)
    script.changed_at = work.now
    work.db.flush()
    if values.get("code") is not None:
        add_version(work, script, values["code"], by=by)
    return script


def _refuse_changed(work: UnitOfWork, script: Script, code: str | None, seen: int | None) -> None:
    newest = scripts.newest_version(work.db, script.id)
    if seen is None or newest is None or newest.number == seen or newest.code == code:
        return
    raise ScriptChanged(
        f"It was saved elsewhere meanwhile, as version {newest.number}. Save again to make this one the newest; "
        "the history keeps both."
    )


def _set_audience(work: UnitOfWork, script: Script, visibility: str, event_id: int | None, by: Actor) -> None:
    if visibility not in rules.VISIBILITIES:
        raise ScriptRefused("A script is private, of a class, or public.", pointer="/data/attributes/visibility")
    if visibility == "class" and event_id is None:
        raise ScriptRefused("Name the event whose class may read it.", pointer=_CLASS)
    if event_id is not None and not _is_of_class(work, event_id, by):
        raise ScriptRefused("You have no part in this event.", pointer=_CLASS)
    script.visibility, script.event_id = visibility, event_id


def _is_of_class(work: UnitOfWork, event_id: int, by: Actor) -> bool:
    events = cast(Table, Event.__table__)
    return allows(work.db, EVENT_COORGANIZER, by, events, event_id) or takes_part(work.db, event_id, by)


def delete_script(work: UnitOfWork, script: Script, *, by: Actor) -> None:
    """Put a script away; what was run of it stays in its runs. Raises NotFound for somebody else's."""
    own_script(work, script.id, by=by)
    script.deleted_at = work.now
    work.db.flush()


def fork_script(work: UnitOfWork, script_id: int, *, by: Actor) -> Script:
    """Make a script of one's own from one that one may read; raises Unauthenticated, NotFound and ScriptLimit."""
    refuse_visitors(by)
    script = readable_script(work, script_id, by=by)
    newest = scripts.newest_version(work.db, script.id)
    found = create_script(work, title=script.title, code=newest.code if newest else "", by=by)
    found.forked_from_id = script.id
    work.db.flush()
    return found


def restore_version(work: UnitOfWork, script_id: int, number: int, *, by: Actor) -> ScriptVersion:
    """Make an old version of one's script the newest one; raises NotFound."""
    script = own_script(work, script_id, by=by)
    old = scripts.version_by_number(work.db, script_id, number)
    if old is None:
        raise NotFound("There is no such version.")
    return add_version(work, script, old.code, by=by)


def readable_script(work: UnitOfWork, script_id: int, *, by: Actor) -> Script:
    """Return a script that the caller may read; raises NotFound."""
    found = scripts.script_by_id(work.db, script_id, by)
    if found is None:
        raise NotFound("There is no such script.")
    return found


def own_script(work: UnitOfWork, script_id: int, *, by: Actor) -> Script:
    """Return a script that the caller may change; raises NotFound."""
    found = scripts.script_by_id(work.db, script_id, by)
    if found is None or not scripts.owns_script(work.db, found, by):
        raise NotFound("There is no such script.")
    return found


def runnable(work: UnitOfWork, script_id: int, number: int | None = None, *, by: Actor) -> tuple[Script, ScriptVersion]:
    """Return a script that the caller may read, with its newest version or that of a number; raises NotFound."""
    script = readable_script(work, script_id, by=by)
    newest = scripts.newest_version(work.db, script_id)
    version = newest if number is None else scripts.version_by_number(work.db, script_id, number)
    if version is None:
        raise NotFound("There is no such version.")
    return script, version


def keep_example(work: UnitOfWork, title: str, code: str) -> Script:
    """Keep a ready-made script, which belongs to nobody and which everybody reads; one of that name gets the text."""
    found = scripts.example_by_title(work.db, title)
    if found is None:
        example = Script(title=title, visibility="public", is_example=True, created_at=work.now, changed_at=work.now)
        return _kept(work, example, code)
    newest = scripts.newest_version(work.db, found.id)
    if newest is None or newest.code != code:
        number = newest.number + 1 if newest else 1
        work.db.add(ScriptVersion(script_id=found.id, number=number, code=code, created_at=work.now))
        work.db.flush()
    return found
