"""The questions that an event asks its attendees."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.forms.models import CustomForm

_SHOWN = ("firstname", "lastname", "email")  # every sheet has them


def attendee_fields(db: Db, event_id: int) -> list[tuple[str, str]]:
    """Return the included questions beyond name and address, by identifier and heading."""
    statement = (
        select(CustomForm.field_identifier, CustomForm.name)
        .where(
            CustomForm.event_id == event_id,
            CustomForm.form == "attendee",
            CustomForm.is_included,
            CustomForm.field_identifier.not_in(_SHOWN),
        )
        .order_by(CustomForm.position, CustomForm.id)
    )
    found = dict[str, str]()
    for identifier, name in db.execute(statement):
        found.setdefault(identifier, name or identifier.replace("_", " ").title())
    return list(found.items())
