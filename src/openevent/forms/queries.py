"""Named questions about forms; rows become values here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.forms.models import CustomForm
from openevent.forms.rules import Question, answers
from openevent.site.queries import complex_fields


def questions(db: Session, event_id: int, form: str, form_id: str | None = None) -> list[Question]:
    """Return what an event asks on a form; with a `form_id` the questions of that set, else the general ones."""
    columns = (CustomForm.field_identifier, CustomForm.type, CustomForm.is_required, CustomForm.is_complex)
    found = select(*columns).where(CustomForm.event_id == event_id, CustomForm.form == form)
    in_set = CustomForm.form_id.is_(None) if form_id is None else CustomForm.form_id == form_id
    rows = db.execute(found.where(CustomForm.is_included, in_set).order_by(CustomForm.position, CustomForm.id))
    return [Question(*row) for row in rows]


def question_sets(db: Session, event_id: int, form: str) -> dict[str | None, list[Question]]:
    """Return everything that an event asks on a form, by the set that it belongs to; the general one has no name."""
    asked = select(CustomForm).where(CustomForm.event_id == event_id, CustomForm.form == form, CustomForm.is_included)
    sets: dict[str | None, list[Question]] = {}
    for one in db.scalars(asked.order_by(CustomForm.position, CustomForm.id)):
        question = Question(one.field_identifier, one.type, one.is_required, one.is_complex)
        sets.setdefault(one.form_id or None, []).append(question)
    return sets


def checked_answers(
    db: Session,
    event_id: int,
    form: str,
    record: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    *,
    form_id: str | None = None,
) -> dict[str, Any] | None:
    """Return the answers to own questions as they are kept; raises Invalid for what is missing or wrong.

    `record` holds the built-in members as they would be stored, `given` the answers to own questions.
    """
    asked = questions(db, event_id, form, form_id)
    if not asked and not given:
        return None
    return answers(asked, record, given, most=complex_fields(db))
