"""The verbs of forms: asking, asking differently, translating, and standing in for missing pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openevent.events.signals import EventCopied, EventCreated
from openevent.forms import rules
from openevent.forms.models import CustomForm, CustomFormOption, CustomFormTranslate, CustomPlaceholder
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.copies import Owner, Rewrite, copy_rows
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.work import UnitOfWork


class QuestionTaken(Conflict):
    """A form asks everything once."""

    code = "question-taken"


class QuestionFixed(Forbidden):
    """A question without which nothing works stays as it is."""

    code = "question-fixed"


def ask_address(work: UnitOfWork, signal: EventCreated) -> None:
    """Give a new event the one question that every attendee answers: the address that tickets go to."""
    values = {"event_id": signal.event_id, "form": rules.ATTENDEE, "field_identifier": "email", "type": "email"}
    flags = {"is_required": True, "is_included": True, "is_fixed": True}
    create_question(work, {**values, **flags}, by=SYSTEM)


def create_question(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> CustomForm:
    """Add a question to an event's form; `values` are its columns, and its `translations`.

    Raises QuestionTaken, Invalid (translations).
    """
    row = CustomForm(**_columns(values))
    _settle(work, row)
    work.db.add(row)
    work.db.flush()
    _translate(work, row, values.get("translations"))
    work.audit("custom-form.create", f"custom-form:{row.id}", by=by, event=row.event_id)
    return row


def update_question(work: UnitOfWork, row: CustomForm, values: Mapping[str, Any], *, by: Actor) -> CustomForm:
    """Change a question; only what is in `values` changes. Raises QuestionTaken, QuestionFixed, Invalid."""
    was = (row.form, row.field_identifier)
    for key, value in _columns(values).items():
        setattr(row, key, value)
    if row.is_fixed and (row.form, row.field_identifier) != was:
        raise QuestionFixed("A fixed question can't become another one.", pointer="/data/attributes/field-identifier")
    _settle(work, row)
    _translate(work, row, values.get("translations"))
    work.db.flush()
    work.audit("custom-form.update", f"custom-form:{row.id}", by=by, changed=sorted(values))
    return row


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "translations"}


def _settle(work: UnitOfWork, row: CustomForm) -> None:
    """Work out what follows from the identifier, and refuse one that is asked already."""
    row.is_complex = not rules.is_built_in(row.form, row.field_identifier)
    if not row.is_complex or not row.name:
        row.name = rules.label(row.form, row.field_identifier)
    same = (CustomForm.event_id == row.event_id, CustomForm.form == row.form, CustomForm.form_id == row.form_id)
    taken = select(CustomForm.id).where(*same, CustomForm.field_identifier == row.field_identifier)
    with work.db.no_autoflush:  # the row at hand would be found, or refused by the database with less to say
        if work.db.scalar(taken.where(CustomForm.id != (row.id or 0)).limit(1)) is not None:
            detail = f"This form asks for {row.field_identifier} already."
            raise QuestionTaken(detail, pointer="/data/attributes/field-identifier")


def _translate(work: UnitOfWork, row: CustomForm, sent: object) -> None:
    """Do what a list of translations says: one with an id is changed, or removed when it says so; others are new."""
    wanted = rules.translations(sent)
    if not wanted or not row.is_complex:
        return
    found = select(CustomFormTranslate).where(CustomFormTranslate.custom_form_id == row.id)
    known = {one.id: one for one in work.db.scalars(found)}
    for one in wanted:
        _translate_one(work, row, known, one)
    work.db.flush()


def _translate_one(
    work: UnitOfWork, row: CustomForm, known: Mapping[int, CustomFormTranslate], sent: rules.Translation
) -> None:
    present = known.get(sent.id or 0)
    if present is None and not sent.is_deleted:
        of = {"event_id": row.event_id, "custom_form_id": row.id, "form_id": row.form_id or ""}
        work.db.add(CustomFormTranslate(**of, name=sent.name, language_code=sent.language_code))
    elif present is not None and sent.is_deleted:
        work.db.delete(present)
    elif present is not None:
        present.name, present.language_code = sent.name, sent.language_code


def create_part(
    work: UnitOfWork,
    model: type[CustomFormOption | CustomFormTranslate],
    values: Mapping[str, Any],
    *,
    by: Actor,
) -> CustomFormOption | CustomFormTranslate:
    """Add an option or a translation to a question; `values` are its columns."""
    question = work.db.get_one(CustomForm, values["custom_form_id"])
    row = model(**values, event_id=question.event_id)
    work.db.add(row)
    work.db.flush()
    kind = "custom-form-option" if isinstance(row, CustomFormOption) else "custom-form-translate"
    work.audit(f"{kind}.create", f"{kind}:{row.id}", by=by, event=row.event_id)
    return row


def copy_questions(work: UnitOfWork, signal: EventCopied) -> None:
    """Let a copied event ask what the original asks."""
    owner = Owner("event_id", signal.old_id, signal.new_id)
    questions = Rewrite(links={"custom_form_id": copy_rows(work.db, CustomForm, owner)})
    for model in (CustomFormOption, CustomFormTranslate):
        copy_rows(work.db, model, owner, questions)


def delete_question(work: UnitOfWork, row: CustomForm, *, by: Actor) -> None:
    """Ask no more. Raises QuestionFixed."""
    if row.is_fixed:
        raise QuestionFixed("A fixed question can't be removed.")
    work.db.delete(row)
    work.db.flush()
    work.audit("custom-form.delete", f"custom-form:{row.id}", by=by, event=row.event_id)


def save_placeholder(
    work: UnitOfWork, row: CustomPlaceholder | None, values: Mapping[str, Any], *, by: Actor
) -> CustomPlaceholder:
    """Make or change a stand-in picture; its other sizes are the picture itself until they are made."""
    verb = "update" if row else "create"
    row = row or CustomPlaceholder()
    for key, value in values.items():
        setattr(row, key, value)
    if "original_image_url" in values:
        row.thumbnail_image_url = row.large_image_url = row.icon_image_url = row.original_image_url
    work.db.add(row)
    work.db.flush()
    work.audit(f"custom-placeholder.{verb}", f"custom-placeholder:{row.id}", by=by)
    return row
