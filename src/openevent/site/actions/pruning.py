"""Letting go of what nobody needs any more: old mails in the log, the old part of the trail, uploads nobody names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Column, String, cast, delete, exists, select, update
from sqlalchemy.orm import Session

from openevent.kit.db import Base
from openevent.kit.vault import is_secret
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.site.models import Mail, Upload
from openevent.site.rules.files import MEDIA
from openevent.site.signals import UploadForgotten, UploadsDue

MOST_ROWS = 5_000  # of one table, each time
MOST_UPLOADS = 1_000
UNNAMED_FOR = timedelta(days=1)  # a form that lay open over night still finds what was uploaded for it
_LOOKED_AT_EVERY = timedelta(days=7)
_NAMED = re.compile(rf"/static/({MEDIA}/[0-9a-f]{{1,64}})/")
_NO_ROWS = frozenset({"mails", "audit_entries", "jobs", "uploads", "alembic_version"})  # what tells of a row is none


def prune(work: UnitOfWork) -> None:
    """Forget what is older than the operator keeps it, a bounded number of rows each time; let a job see to uploads."""
    site = work.services.site
    if site.keep_mails_days:
        old = Mail.time < work.now - timedelta(days=site.keep_mails_days)
        ids = select(Mail.id).where(old).order_by(Mail.time).limit(MOST_ROWS)
        work.db.execute(delete(Mail).where(Mail.id.in_(ids)))
    if site.keep_activities_days:
        work.forget_trail(work.now - timedelta(days=site.keep_activities_days), most=MOST_ROWS)
    if work.db.scalar(select(exists().where(*_is_due(work)))):
        work.announce(UploadsDue())


def _is_due(work: UnitOfWork) -> tuple[Any, ...]:
    return Upload.created_at < work.now - UNNAMED_FOR, Upload.look_at <= work.now


def forget_uploads(open_work: OpenWork, _signal: UploadsDue) -> None:
    """Find out which uploads no row names, and let go of them. The search is a read: nobody waits for it."""
    with open_work() as work:
        work.db.connection(execution_options={"read_only": True})
        due = select(Upload.id, Upload.place).where(*_is_due(work)).order_by(Upload.id).limit(MOST_UPLOADS)
        places = {place: key for key, place in work.db.execute(due)}
        named = _named(work.db) & set(places) if places else set[str]()
        next_look = work.now + _LOOKED_AT_EVERY
    with open_work() as work:
        unnamed = sorted(set(places) - named)
        ids = [places[place] for place in unnamed]
        work.db.execute(delete(Upload).where(Upload.id.in_(ids)))
        for place in unnamed:
            work.announce(UploadForgotten(place))
        seen = [places[place] for place in named]
        work.db.execute(update(Upload).where(Upload.id.in_(seen)).values(look_at=next_look))


def _named(db: Session) -> set[str]:
    """Return where everything lies that any row names, in a text or inside of JSON: one pass over each such column."""
    return {place for text in _texts(db) for place in _NAMED.findall(text)}


def _texts(db: Session) -> Iterator[str]:
    for column in _columns():
        text = cast(column, String)
        found = select(text).where(text.contains(f"/static/{MEDIA}/"))
        yield from db.execute(found.execution_options(yield_per=500)).scalars()


def _columns() -> Iterable[Column[Any]]:
    for table in Base.metadata.sorted_tables:
        if table.name not in _NO_ROWS:
            yield from (one for one in table.c if isinstance(one.type, String | JSON) and not is_secret(one.type))


def delete_upload(open_work: OpenWork, signal: UploadForgotten) -> None:
    """Delete the files of an upload."""
    with open_work() as work:
        storage = work.services.storage
    for key in storage.keys(f"{signal.place}/"):
        storage.delete(key)


def note_upload(work: UnitOfWork, key: str) -> None:
    """Note that a file was kept: one that no row names within a day is let go of again."""
    place = key.rpartition("/")[0]
    work.db.add(Upload(place=place, created_at=work.now, look_at=work.now + UNNAMED_FOR))
