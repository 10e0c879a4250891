"""Named questions about forms; rows become values here."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.forms.models import CustomForm
from openevent.forms.rules import Question


def questions(db: Session, event_id: int, form: str, form_id: str | None = None) -> list[Question]:
    """Return what an event asks on a form; with a `form_id` the questions of that set, else the general ones."""
    columns = (CustomForm.field_identifier, CustomForm.type, CustomForm.is_required, CustomForm.is_complex)
    found = select(*columns).where(CustomForm.event_id == event_id, CustomForm.form == form)
    in_set = CustomForm.form_id.is_(None) if form_id is None else CustomForm.form_id == form_id
    rows = db.execute(found.where(CustomForm.is_included, in_set).order_by(CustomForm.position, CustomForm.id))
    return [Question(*row) for row in rows]
