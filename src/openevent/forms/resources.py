"""JSON:API faces of forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, true

from openevent.forms import actions, rules
from openevent.forms.models import CustomForm, CustomFormOption, CustomFormTranslate, CustomPlaceholder
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Resource
from openevent.kit.access import Row, Who, cell
from openevent.kit.db import JsonObjects


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    return {**change.values, **{f"{key}_id": to for key, to in change.links.items()}}


def _is_complex(_kind: str, row: Row) -> ColumnElement[bool]:
    return cell(row, "is_complex").is_(true())


_OF_OWN_QUESTION = Who("everyone, of questions that are not built in", _is_complex)


def _translations(row: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    translates = CustomFormTranslate.__table__.alias("translation")
    found = select(translates).where(translates.c.custom_form_id == row["id"]).order_by(translates.c.id)
    one = found.correlate_except(translates).subquery("translated").c
    objects = JsonObjects("id", one.id, "name", one.name, "language_code", one.language_code)
    return select(objects).scalar_subquery()


CUSTOM_FORMS = Resource(
    type="custom-form",
    model=CustomForm,
    attributes=(
        Attribute("field-identifier", required=True, max_length=255),
        Attribute("form", required=True, choices=rules.FORMS),
        Attribute("type", choices=rules.TYPES),
        Attribute("name"),
        Attribute("description"),
        Attribute("is-required"),
        Attribute("is-included"),
        Attribute("is-public"),
        Attribute("position"),
        Attribute("is-complex", read_only=True),
        Attribute("is-fixed"),
        Attribute("form-id", max_length=255),
        Attribute("min"),
        Attribute("max"),
        Attribute("main-language", max_length=40),
        Attribute("is-allow-edit"),
        Attribute("translations", kind="json", sql=_translations, writable=True, readable_by=_OF_OWN_QUESTION),
    ),
    relationships=(BelongsTo("event", type="event", inverse="custom-forms", required=True),),
    collection=False,
    integer_id=True,
    aliases=(
        Alias(
            ("GET",),
            "/v1/events/<event>/custom-forms/<form>",
            "/v1/events/<event>/custom-forms",
            filters={"form-id": "form"},
        ),
    ),
    verbs={
        "create": lambda work, change, by: actions.create_question(work, _columns(change), by=by),
        "update": lambda work, change, by: actions.update_question(work, change.row, _columns(change), by=by),
        "delete": lambda work, change, by: actions.delete_question(work, change.row, by=by),
    },
)


def _part_verbs(model: Any) -> Mapping[str, Callable[[Any, Change, Any], Any]]:  # noqa: ANN401 -- one of two models
    return {"create": lambda work, change, by: actions.create_part(work, model, _columns(change), by=by)}


CUSTOM_FORM_OPTIONS = Resource(
    type="custom-form-option",
    model=CustomFormOption,
    attributes=(Attribute("value", required=True), Attribute("deleted-at")),
    relationships=(BelongsTo("custom-form", type="custom-form", inverse="custom-form-options", required=True),),
    collection=False,
    integer_id=True,
    verbs=_part_verbs(CustomFormOption),
)

CUSTOM_FORM_TRANSLATES = Resource(
    type="custom-form-translate",
    model=CustomFormTranslate,
    attributes=(
        Attribute("name", required=True),
        Attribute("language-code", required=True, max_length=40),
        Attribute("form-id", required=True, max_length=255),
    ),
    relationships=(BelongsTo("custom-form", type="custom-form", inverse="custom-form-translates", required=True),),
    collection=False,
    integer_id=True,
    verbs=_part_verbs(CustomFormTranslate),
)

CUSTOM_PLACEHOLDERS = Resource(
    type="custom-placeholder",
    model=CustomPlaceholder,
    attributes=(
        Attribute("name", required=True),
        Attribute("original-image-url", kind="url", required=True),
        Attribute("thumbnail-image-url", kind="url", read_only=True),
        Attribute("large-image-url", kind="url", read_only=True),
        Attribute("icon-image-url", kind="url", read_only=True),
        Attribute("copyright"),
        Attribute("origin"),
    ),
    relationships=(
        BelongsTo(
            "event-sub-topic",
            type="event-sub-topic",
            inverse="custom-placeholder",
            inverse_many=False,
            writable="always",
        ),
    ),
    integer_id=True,
    verbs={
        "create": lambda work, change, by: actions.save_placeholder(work, None, _columns(change), by=by),
        "update": lambda work, change, by: actions.save_placeholder(work, change.row, _columns(change), by=by),
    },
)

RESOURCES = (CUSTOM_FORMS, CUSTOM_FORM_OPTIONS, CUSTOM_FORM_TRANSLATES, CUSTOM_PLACEHOLDERS)
