"""Which benches stand beside events, for those who may use them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, or_, select, true
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.kit.access import ANONYMOUS, Actor
from openevent.lab.queries.devices import window_of
from openevent.lab.queries.screens import Turn, turns_at
from openevent.lab.roles import BENCHES, DEVICES, holds_ticket, organizes
from openevent.lab.rules.beside import Beside, foremost, state_beside
from openevent.lab.rules.devices import state_of
from openevent.programme.models import Session

_EVENTS, _SESSIONS = cast(Table, Event.__table__), cast(Table, Session.__table__)


def benches_beside(db: Db, identifiers: Sequence[str], by: Actor, now: datetime) -> dict[str, tuple[Beside, ...]]:
    """Return the benches of events that somebody may use, by the event: in two statements, however many there are."""
    if by.kind == ANONYMOUS or not identifiers:
        return {}
    rows = db.execute(_benches(), {**by.params, "identifiers": list(identifiers), "staff": by.is_staff}).all()
    turns = turns_at(db, sorted({row.device_id for row in rows})) if rows else []
    found: dict[str, list[Beside]] = {}
    for row in rows:
        bench = _beside(row, [turn for turn in turns if turn.device_id == row.device_id], by, now)
        if bench is not None:
            found.setdefault(row.identifier, []).append(bench)
    return {identifier: foremost(benches) for identifier, benches in found.items()}


@cache
def _benches() -> Select[Any]:
    """Return the statement: made once, for making the aliases of wide tables takes milliseconds."""
    benches, events, sessions = BENCHES.alias("bench"), _EVENTS.alias("bench_event"), _SESSIONS.alias("bench_session")
    holds, runs = holds_ticket(benches.c.event_id, benches.c.ticket_id), organizes(benches.c)
    states = (DEVICES.c.is_on, DEVICES.c.is_in_repair, DEVICES.c.killed_at, DEVICES.c.unsafe_since, DEVICES.c.is_open)
    is_staff = bindparam("staff") == true()
    return (
        select(events.c.identifier, benches.c.device_id, benches.c.session_id, DEVICES.c.name, *states)
        .add_columns(holds.label("holds"), or_(runs, is_staff, DEVICES.c.is_open.is_(True)).label("always"))
        .add_columns(events.c.starts_at, events.c.ends_at)
        .add_columns(sessions.c.starts_at.label("session_begins"), sessions.c.ends_at.label("session_ends"))
        .select_from(benches)
        .join(events, events.c.id == benches.c.event_id)
        .join(DEVICES, DEVICES.c.id == benches.c.device_id)
        .outerjoin(sessions, (sessions.c.id == benches.c.session_id) & sessions.c.deleted_at.is_(None))
        .where(events.c.identifier.in_(bindparam("identifiers", expanding=True)), events.c.deleted_at.is_(None))
        .where(DEVICES.c.deleted_at.is_(None), or_(holds, runs, is_staff, DEVICES.c.is_open.is_(True)))
    )


def _beside(row: Row[Any], turns: Sequence[Turn], by: Actor, now: datetime) -> Beside | None:
    window = (
        window_of(row.session_begins, row.session_ends) if row.session_id else window_of(row.starts_at, row.ends_at)
    )
    state = state_of(
        is_on=row.is_on,
        is_in_repair=row.is_in_repair,
        is_killed=row.killed_at is not None,
        is_unsafe=row.unsafe_since is not None,
        is_held=any(turn.status == "held" for turn in turns),
    )
    mine = next((turn.status for turn in turns if turn.user_id == by.id), None)
    found = state_beside(state, mine, window, now, is_always=row.always)
    if found is None or window is None:
        return None
    begins = window.begins if found == "later" else None
    return Beside(row.device_id, row.name, found, row.holds, row.session_id, begins)
