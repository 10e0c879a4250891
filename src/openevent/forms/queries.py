"""Named questions about forms; rows become values here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.forms.rules import Question, answers, limits
from openevent.forms.rules.fields import Field
from openevent.site.queries import complex_fields


def questions(db: Session, event_id: int, form: str, form_id: str | None = None) -> list[Question]:
    """Return what an event asks on a form; with a `form_id` the questions of that set, else the general ones."""
    found = select(CustomForm).where(CustomForm.event_id == event_id, CustomForm.form == form)
    in_set = CustomForm.form_id.is_(None) if form_id is None else CustomForm.form_id == form_id
    rows = db.scalars(found.where(CustomForm.is_included, in_set).order_by(CustomForm.position, CustomForm.id))
    return [_question(row) for row in rows]


def _question(row: CustomForm) -> Question:
    least, most = limits(row.type, row.min, row.max)
    return Question(row.field_identifier, row.type, row.is_required, row.is_complex, least, most)


def question_sets(db: Session, event_id: int, form: str) -> dict[str | None, list[Question]]:
    """Return everything that an event asks on a form, by the set that it belongs to; the general one has no name."""
    asked = select(CustomForm).where(CustomForm.event_id == event_id, CustomForm.form == form, CustomForm.is_included)
    sets: dict[str | None, list[Question]] = {}
    for one in db.scalars(asked.order_by(CustomForm.position, CustomForm.id)):
        sets.setdefault(one.form_id or None, []).append(_question(one))
    return sets


def field_sets(
    db: Session, event_id: int, form: str, *, only_included: bool = True
) -> dict[str | None, tuple[Field, ...]]:
    """Return the same with all that a page needs; with what is asked no more as well where that is wanted."""
    asked = select(CustomForm).where(CustomForm.event_id == event_id, CustomForm.form == form)
    if only_included:
        asked = asked.where(CustomForm.is_included)
    rows = db.scalars(asked.order_by(CustomForm.position, CustomForm.id)).all()
    options, names = _options(db, event_id), _translations(db, event_id)
    sets: dict[str | None, tuple[Field, ...]] = {}
    for one in rows:
        found = _field(one, options.get(one.id, ()), names.get(one.id, {}))
        sets[one.form_id or None] = (*sets.get(one.form_id or None, ()), found)
    return sets


def _field(row: CustomForm, options: Sequence[str], names: Mapping[str, str]) -> Field:
    name = row.name or row.field_identifier
    return Field(row.id, _question(row), name, row.description or "", tuple(options), row.main_language, names)


def _options(db: Session, event_id: int) -> dict[int, list[str]]:
    columns = (CustomFormOption.custom_form_id, CustomFormOption.value)
    offered = select(*columns).where(CustomFormOption.event_id == event_id, CustomFormOption.deleted_at.is_(None))
    found: dict[int, list[str]] = {}
    for question_id, value in db.execute(offered.order_by(CustomFormOption.id)):
        found.setdefault(question_id, []).append(value)
    return found


def _translations(db: Session, event_id: int) -> dict[int, dict[str, str]]:
    columns = (CustomFormTranslate.custom_form_id, CustomFormTranslate.language_code, CustomFormTranslate.name)
    told = select(*columns).where(CustomFormTranslate.event_id == event_id).order_by(CustomFormTranslate.id)
    found: dict[int, dict[str, str]] = {}
    for question_id, code, name in db.execute(told):
        found.setdefault(question_id, {})[code] = name
    return found


def checked_answers(
    db: Session,
    event_id: int,
    form: str,
    record: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    *,
    form_id: str | None = None,
    site: str,
) -> dict[str, Any] | None:
    """Return the answers to own questions as they are kept; raises Invalid for what is missing or wrong.

    `record` holds the built-in members as they would be stored, `given` the answers to own questions; files are
    answered by the addresses of uploads to `site`.
    """
    asked = questions(db, event_id, form, form_id)
    if not asked and not given:
        return None
    return answers(asked, record, given, most=complex_fields(db), site=site)
