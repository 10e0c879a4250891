"""Copying an event: everything that it is made of, nothing of what happened in it."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Table

from openevent.events import rules
from openevent.events.actions.identifiers import new_identifier
from openevent.events.models import (
    Event,
    EventCopyright,
    Exhibitor,
    Faq,
    FaqType,
    SocialLink,
    Sponsor,
    Tag,
    UsersEventsRole,
)
from openevent.events.signals import EventCopied, EventImageChanged
from openevent.kit.access import Actor
from openevent.kit.copies import Owner, Rewrite, copy_rows
from openevent.kit.errors import Forbidden
from openevent.kit.work import UnitOfWork
from openevent.site.actions import copy_upload

# What a copy starts without: it is nobody's news yet, its files are not made, and money has no way to it.
_FRESH = frozenset(
    {
        *(
            "id",
            "identifier",
            "state",
            "created_at",
            "deleted_at",
            "chat_room_name",
            "group_id",
            "schedule_published_on",
        ),
        *("is_featured", "is_promoted", "is_demoted", "is_announced", "is_stripe_linked"),
        *("pentabarf_url", "ical_url", "xcal_url"),
    }
)
_PICTURES = ("logo_url", "original_image_url", "thumbnail_image_url", "large_image_url", "icon_image_url")


def copy_event(work: UnitOfWork, old: Event, *, by: Actor) -> Event:
    """Make a new event, a draft, of everything that another one is made of, and return it.

    Who runs the old one runs the new one. Upper domains copy their parts when EventCopied is announced. Uploaded files
    are copied for good, and removed again when anything fails. Raises Forbidden for accounts that are not verified.
    """
    if not (by.is_verified or by.is_staff):
        raise Forbidden("Please verify your e-mail address before you copy an event.")
    table: Table = Event.__table__  # pyright: ignore[reportAssignmentType] -- a mapped class has a Table
    new = Event(**{column.key: getattr(old, column.key) for column in table.c if column.key not in _FRESH})
    new.identifier, new.state, new.created_at = new_identifier(work), "draft", work.now
    new.chat_room_name = rules.chat_room_name(new.name, new.identifier)
    for name in _PICTURES:
        setattr(new, name, copy_upload(work, getattr(old, name)))
    new.document_links = _copied_documents(work, old.document_links)
    work.db.add(new)
    work.db.flush()
    _copy_parts(work, Owner("event_id", old.id, new.id))
    work.announce(EventCopied(old.id, new.id))
    if new.original_image_url and not new.large_image_url:  # the old one's were not made yet
        work.announce(EventImageChanged(new.id, new.original_image_url))
    work.audit("event.copy", f"event:{new.id}", by=by, of=old.id)
    return new


def _copied_documents(work: UnitOfWork, links: list[Any] | None) -> list[Any] | None:
    if links is None or rules.document_fault(links):  # it is checked only where documents are shown
        return links
    return [{**one, "link": copy_upload(work, one["link"])} for one in links]


def _copy_parts(work: UnitOfWork, owner: Owner) -> None:
    file, db = partial(copy_upload, work), work.db
    for model in (UsersEventsRole, SocialLink, Tag):
        copy_rows(db, model, owner)
    copy_rows(db, Sponsor, owner, Rewrite(made={"logo_url": file}))
    copy_rows(db, EventCopyright, owner, Rewrite(made={"logo_url": file}))
    pictures = ("logo_url", "banner_url", "thumbnail_image_url", "slides_url", "video_url")
    copy_rows(db, Exhibitor, owner, Rewrite(made=dict.fromkeys(pictures, file)))
    kinds = copy_rows(db, FaqType, owner)
    copy_rows(db, Faq, owner, Rewrite(links={"faq_type_id": kinds}))
