"""Designing badges, and printing them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from openevent.door import documents
from openevent.door.models import BadgeFieldForm, BadgeForm
from openevent.door.queries import badge_of_ticket, fields_of, person
from openevent.door.rules.badges import COLUMNS, MOST_FIELDS, BadgeInvalid, read_fields
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, DomainError, NotFound
from openevent.kit.outbound import Outbound
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee

_FIELDS = "/data/attributes/badge-fields"
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}
_MOST_BYTES = 5_000_000


class BadgeExists(Conflict):
    """The event has a badge of this name."""

    code = "badge-exists"


def create_badge_form(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> BadgeForm:
    """Design a badge; `values` are its columns, and `badge_fields` as sent. Raises BadgeInvalid, BadgeExists."""
    fields = read_fields(values.get("badge_fields"), _FIELDS)
    form = BadgeForm(**{**values, "badge_id": values.get("badge_id") or str(uuid.uuid4()), "badge_fields": []})
    _check_name(work, form)
    work.db.add(form)
    work.db.flush()
    _set_fields(work, form, fields)
    work.audit("badge-form.create", f"badge-form:{form.id}", by=by, event=form.event_id)
    return form


def update_badge_form(work: UnitOfWork, form: BadgeForm, values: Mapping[str, Any], *, by: Actor) -> BadgeForm:
    """Change a badge. Sent fields with a known id change that field, others are new; `is_deleted` removes one.

    Raises BadgeInvalid, BadgeExists.
    """
    fields = read_fields(values.get("badge_fields"), _FIELDS)
    for key, value in values.items():
        if key != "badge_fields" and not (key == "badge_id" and not value):
            setattr(form, key, value)
    _check_name(work, form)
    _set_fields(work, form, fields)
    work.audit("badge-form.update", f"badge-form:{form.id}", by=by, changed=sorted(values))
    return form


def _check_name(work: UnitOfWork, form: BadgeForm) -> None:
    with work.db.no_autoflush:
        other = work.db.query(BadgeForm.id).filter(
            BadgeForm.event_id == form.event_id, BadgeForm.badge_id == form.badge_id, BadgeForm.id != (form.id or 0)
        )
        if other.first():
            raise BadgeExists("The event has a badge of this name already.", pointer="/data/attributes/badge-id")


def _set_fields(work: UnitOfWork, form: BadgeForm, fields: Sequence[Mapping[str, Any]]) -> None:
    known = {one.id: one for one in fields_of(work.db, form.id)}
    for place, field in enumerate(fields):
        key = field.get("id")
        if key is not None and key not in known:
            raise BadgeInvalid("The badge has no such field.", pointer=f"{_FIELDS}/{place}/badge_field_id")
        columns = {**{name: value for name, value in field.items() if name in COLUMNS}, "badge_id": form.badge_id}
        if key is None and not field.get("is_deleted"):
            work.db.add(BadgeFieldForm(**columns, event_id=form.event_id, badge_form_id=form.id))
        elif key is not None:
            _change(work, known[key], columns)
    _repeat(work, form)


def _change(work: UnitOfWork, field: BadgeFieldForm, columns: Mapping[str, Any]) -> None:
    if columns.get("is_deleted"):
        work.db.delete(field)
        return
    for name, value in columns.items():
        setattr(field, name, value)


def _repeat(work: UnitOfWork, form: BadgeForm) -> None:
    """Write the fields into the badge's own row, where lists read them; every field bears the badge's name."""
    work.db.flush()
    found = fields_of(work.db, form.id)
    if len(found) > MOST_FIELDS:
        raise BadgeInvalid(f"A badge has at most {MOST_FIELDS} fields.", pointer=_FIELDS)
    for one in found:
        one.badge_id = form.badge_id
    form.badge_fields = [{"badge_field_id": one.id, **{name: getattr(one, name) for name in COLUMNS}} for one in found]
    work.db.flush()


def create_badge_field(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> BadgeFieldForm:
    """Add a field to a badge; `values` are its columns, badge_form_id among them. Raises BadgeInvalid."""
    form = work.db.get_one(BadgeForm, values["badge_form_id"], with_for_update=True)
    field = BadgeFieldForm(**{**values, "event_id": form.event_id, "badge_id": form.badge_id})
    work.db.add(field)
    _repeat(work, form)
    work.audit("badge-field-form.create", f"badge-field-form:{field.id}", by=by, event=form.event_id)
    return field


def update_badge_field(
    work: UnitOfWork, field: BadgeFieldForm, values: Mapping[str, Any], *, by: Actor
) -> BadgeFieldForm:
    """Change a field of a badge; it stays that badge's."""
    for name, value in values.items():
        if name in COLUMNS:
            setattr(field, name, value)
    _repeat(work, work.db.get_one(BadgeForm, field.badge_form_id, with_for_update=True))
    work.audit("badge-field-form.update", f"badge-field-form:{field.id}", by=by, changed=sorted(values))
    return field


def delete_badge_field(work: UnitOfWork, field: BadgeFieldForm, *, by: Actor) -> None:
    """Remove a field from its badge."""
    form = work.db.get_one(BadgeForm, field.badge_form_id, with_for_update=True)
    work.db.delete(field)
    _repeat(work, form)
    work.audit("badge-field-form.delete", f"badge-field-form:{field.id}", by=by, event=form.event_id)


def print_badge(
    work: UnitOfWork,
    attendee: Attendee,
    shown: Sequence[str] | None,
    *,
    picture: tuple[str, bytes] | None = None,
    by: Actor,
) -> bytes:
    """Return somebody's badge as PDF, and note that it was printed; raises NotFound when the ticket has no badge.

    `picture` was fetched before: nobody waits for another server inside of a transaction.
    """
    form = badge_of_ticket(work.db, attendee.ticket_id)
    if form is None:
        raise NotFound("This ticket has no badge.")
    design = {name: getattr(form, name) for name in ("badge_size", "badge_color", "badge_orientation")}
    data = documents.badge(
        work.services.pdf, design, form.badge_fields, person(work.db, attendee), shown=shown, picture=picture
    )
    attendee.is_badge_printed = True
    attendee.badge_printed_at = work.now
    work.db.flush()
    work.audit("badge.print", f"attendee:{attendee.id}", by=by, event=attendee.event_id)
    return data


def badge_picture(outbound: Outbound, url: object) -> tuple[str, bytes] | None:
    """Fetch the image of a badge; None when there is none to be had: a badge without a picture is still a badge."""
    if not isinstance(url, str) or not url:
        return None
    try:
        answer = outbound.call("GET", url, most_bytes=_MOST_BYTES)
    except DomainError:
        return None
    kind = next((kind for mark, kind in _KINDS.items() if answer.body.startswith(mark)), None)
    return (f"badge.{kind}", answer.body) if kind and answer.is_good else None
