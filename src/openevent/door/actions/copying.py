"""The badges of a copied event."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select, update

from openevent.door.models import BadgeFieldForm, BadgeForm
from openevent.events.signals import EventCopied
from openevent.kit.copies import Keys, Owner, Rewrite, copy_rows
from openevent.kit.work import UnitOfWork
from openevent.site.actions import copy_upload


def copy_badges(work: UnitOfWork, signal: EventCopied) -> None:
    """Give a copied event the original's badges, under the same names: its tickets know them by these."""
    owner = Owner("event_id", signal.old_id, signal.new_id)
    pictures = Rewrite(made={"badge_image_url": partial(copy_upload, work)})
    forms = copy_rows(work.db, BadgeForm, owner, pictures)
    fields = copy_rows(work.db, BadgeFieldForm, owner, Rewrite(links={"badge_form_id": forms}))
    _repeat_fields(work, signal.new_id, fields)


def _repeat_fields(work: UnitOfWork, event_id: int, fields: Keys) -> None:
    """Let the badges repeat their own fields, not those of the original."""
    found = work.db.execute(select(BadgeForm.id, BadgeForm.badge_fields).where(BadgeForm.event_id == event_id))
    rows = [
        {
            "id": key,
            "badge_fields": [{**one, "badge_field_id": fields.get(one.get("badge_field_id"))} for one in repeated],
        }
        for key, repeated in found
    ]
    if rows:
        work.db.execute(update(BadgeForm), rows)
