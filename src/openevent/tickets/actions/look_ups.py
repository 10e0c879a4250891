"""Remembering for a while who has typed which access code (decision 0024)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from openevent.kit.access import Actor
from openevent.kit.work import UnitOfWork
from openevent.tickets.models import AccessCode, AccessCodeLookUp

REMEMBERED = timedelta(hours=2)
MOST_REMEMBERED = 20  # codes of one account; the oldest go first
_AGAIN_AFTER = timedelta(minutes=5)  # typing a code again within that writes nothing


def remember_look_up(work: UnitOfWork, code_id: int, *, by: Actor) -> None:
    """Note that somebody has typed a code; what is old, or too much for one account, is forgotten."""
    mine = work.db.scalars(
        select(AccessCodeLookUp).where(AccessCodeLookUp.user_id == by.id).order_by(AccessCodeLookUp.seen_at.desc())
    ).all()
    known = next((one for one in mine if one.access_code_id == code_id), None)
    if known is not None and work.now - known.seen_at < _AGAIN_AFTER:
        return
    kept = [one for one in mine if one is not known and work.now - one.seen_at < REMEMBERED][: MOST_REMEMBERED - 1]
    gone = {one.id for one in mine} - {one.id for one in kept}
    work.db.execute(delete(AccessCodeLookUp).where(AccessCodeLookUp.id.in_(gone)))
    event_id = work.db.get_one(AccessCode, code_id).event_id
    work.db.add(AccessCodeLookUp(event_id=event_id, access_code_id=code_id, user_id=by.id, seen_at=work.now))
    work.db.flush()
