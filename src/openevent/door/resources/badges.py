"""The types `badge-form` and `badge-field-form`, and badges as PDF."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol, cast

from sqlalchemy import Table

from openevent.door import actions, documents, queries
from openevent.door.actions.badges import badge_picture
from openevent.door.models import BadgeFieldForm, BadgeForm
from openevent.door.permissions import PERMISSIONS
from openevent.door.rules.badges import read_fields, snake
from openevent.events.roles import COORGANIZER
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Call, Change, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, allows
from openevent.kit.services import Services
from openevent.kit.work import UnitOfWork
from openevent.orders.models import Attendee
from openevent.tickets.models import Ticket

_PDF = "application/pdf"
_LASTS = timedelta(hours=1)
_MOST_PREVIEWS = 20
_MOST_NAMES = 100
_OF_EVENT = "/v1/events/<event>/badge-forms"
_OF_FORM = "/v1/badge-forms/<form>/badge-field-forms"


class Waiting(Protocol):
    """A backend that lets others work while this thread waits for another server."""

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits."""
        ...


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    return {**change.values, **{f"{key}_id": to for key, to in change.links.items()}}


def _create_form(work: UnitOfWork, change: Change, by: Actor) -> BadgeForm:
    return actions.create_badge_form(work, _columns(change), by=by)


def _update_form(work: UnitOfWork, change: Change, by: Actor) -> BadgeForm:
    return actions.update_badge_form(work, change.row, _columns(change), by=by)


BADGE_FORMS = Resource(
    type="badge-form",
    model=BadgeForm,
    integer_id=True,
    collection=False,
    attributes=(
        Attribute("badge-id", nullable=False),
        Attribute("badge-size"),
        Attribute("badge-color"),
        Attribute("badge-image-url"),
        Attribute("badge-orientation"),
        Attribute("badge-fields"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="badge-forms", required=True),),
    verbs={"create": _create_form, "update": _update_form},
    aliases=(Alias(("GET",), f"{_OF_EVENT}/<badge>", _OF_EVENT, {"badge-id": "badge"}),),
)


def _create_field(work: UnitOfWork, change: Change, by: Actor) -> BadgeFieldForm:
    return actions.create_badge_field(work, _columns(change), by=by)


def _update_field(work: UnitOfWork, change: Change, by: Actor) -> BadgeFieldForm:
    return actions.update_badge_field(work, change.row, _columns(change), by=by)


def _delete_field(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_badge_field(work, change.row, by=by)


BADGE_FIELD_FORMS = Resource(
    type="badge-field-form",
    model=BadgeFieldForm,
    collection=False,
    attributes=(
        Attribute("badge-field-id", column="id", read_only=True),
        Attribute("badge-id", required=True),
        Attribute("field-identifier"),
        Attribute("custom-field"),
        Attribute("sample-text", max_length=2_000),
        Attribute("font-size", min=0, max=10_000),
        Attribute("text-alignment"),
        Attribute("text-type"),
        Attribute("is-deleted"),
        Attribute("font-name"),
        Attribute("font-weight"),
        Attribute("font-color"),
        *(Attribute(f"margin-{side}", min=-10_000, max=10_000) for side in ("top", "bottom", "left", "right")),
        Attribute("text-rotation", min=-10_000, max=10_000),
        Attribute("qr-custom-field"),
        Attribute("is-field-expanded"),
    ),
    relationships=(
        BelongsTo("badge-form", type="badge-form", inverse="badge-field-forms", inverse_hidden=True, required=True),
    ),
    verbs={"create": _create_field, "update": _update_field, "delete": _delete_field},
    aliases=(
        Alias(("GET",), f"{_OF_FORM}/<badge>", _OF_FORM, {"badge-id": "badge"}),
        Alias(("POST",), f"{_OF_FORM}/<badge>", _OF_FORM),
        Alias(
            ("GET", "PATCH"),
            "/v1/badge-field-forms/<field>/relationships/badge_form",
            "/v1/badge-field-forms/<field>/relationships/badge-form",
        ),
    ),
)

# --- as PDF ----------------------------------------------------------------------------------------------------------


def _preview(call: Call, backend: Backend) -> Reply:
    """Set badges that nobody has kept yet, with their sample texts."""
    sent: object = call.json().get("badgeForms")
    if not isinstance(sent, list) or not sent:
        raise invalid("/badgeForms", "A list of badges is required.")
    designs = [_design(entry, f"/badgeForms/{place}") for place, entry in enumerate(cast("list[object]", sent))]
    if len(designs) > _MOST_PREVIEWS:
        raise invalid("/badgeForms", f"At most {_MOST_PREVIEWS} at once.")
    with backend.work() as opened:
        services = cast(UnitOfWork, opened).services
        services.limiter.hit(f"badge-preview:{call.by.id}", times=60, seconds=60)
    picture = _fetched(backend, services, designs[0].get("badge_image_url"))
    sheets = [(design, design["badge_fields"], None, None, picture) for design in designs]
    return Reply(documents.badges(services.pdf, sheets), content_type=_PDF)


def _design(entry: object, pointer: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise invalid(pointer, "A badge is an object.")
    found = {snake(str(name)): value for name, value in cast("dict[Any, Any]", entry).items()}
    texts = {name: found[name] for name in ("badge_size", "badge_color", "badge_orientation") if name in found}
    if not all(value is None or isinstance(value, str) for value in texts.values()):
        raise invalid(pointer, "Not a valid string.")
    fields = read_fields(found.get("badge_fields"), f"{pointer}/badge_fields")
    return {**texts, "badge_image_url": found.get("badge_image_url"), "badge_fields": fields}


def _fetched(backend: Backend, services: Services, url: object) -> tuple[str, bytes] | None:
    with cast(Waiting, backend).waiting():
        return badge_picture(services.outbound, url)


def _print(call: Call, backend: Backend) -> Reply:
    """Print a badge; the answer says where to ask for it, as for everything that may take a while."""
    data, services = _printed(call.query.get("attendee_id"), call.query.get("list_field_show"), call, backend)
    name = f"badges/{secrets.token_hex(16)}.pdf"
    services.storage.put(name, data, content_type=_PDF)
    return Reply({"task_url": f"/v1/badge-forms/prints/{_signed(services, name, backend)}/state"})


def _print_now(call: Call, backend: Backend) -> Reply:
    body = call.json()
    return Reply(_printed(body.get("attendee_id"), body.get("list_field_show"), call, backend)[0], content_type=_PDF)


def _printed(key: object, shown: object, call: Call, backend: Backend) -> tuple[bytes, Services]:
    attendee_id, names = _whole(key), _names(shown)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        _require_attendee(work, attendee_id, call.by)
        form = queries.badge_of_ticket(work.db, work.db.get_one(Attendee, attendee_id).ticket_id)
        url, services = form.badge_image_url if form else None, work.services
    picture = _fetched(backend, services, url)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        attendee = work.db.get_one(Attendee, attendee_id)
        return actions.print_badge(work, attendee, names, picture=picture, by=call.by), services


def _whole(value: object) -> int:
    text = str(value) if type(value) in (int, str) else ""
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 -- 64 bit
        raise ApiError(422, "attendee_id must be a number.", source={"parameter": "attendee_id"})
    return int(text)


def _names(shown: object) -> list[str] | None:
    """Read names of fields: text with commas, or a list; nothing means all of them."""
    if shown is None or shown == "":
        return None
    found: object = shown.split(",") if isinstance(shown, str) else shown
    names = cast("list[object]", found) if isinstance(found, list) else None
    if names is None or len(names) > _MOST_NAMES or not all(isinstance(one, str) for one in names):
        raise ApiError(422, "list_field_show must be names of fields.", source={"parameter": "list_field_show"})
    return [one.strip() for one in cast("list[str]", names)]


def _require_attendee(work: UnitOfWork, key: int, by: Actor) -> None:
    attendee = work.db.get(Attendee, key)
    if attendee is None or attendee.deleted_at is not None:
        raise ApiError(404, f"Attendee: {key} not found", source={"parameter": "attendee_id"})
    if not allows(work.db, COORGANIZER, by, cast(Table, Attendee.__table__), key):
        raise ApiError(403, f"Only {COORGANIZER.name} may print badges.", source={"parameter": "attendee_id"})


def _signed(services: Services, name: str, backend: Backend) -> str:
    signature = services.signer.sign(f"badge:{name}", expires=backend.now() + _LASTS)
    return f"{name.removeprefix('badges/').removesuffix('.pdf')}~{signature}"


def _state(call: Call, backend: Backend) -> Reply:
    _name, services = _kept(call.params["print"], backend)
    url = services.site.link(f"/v1/badge-forms/prints/{call.params['print']}/badge.pdf")
    return Reply({"state": "SUCCESS", "result": {"download_url": url}})


def _download(call: Call, backend: Backend) -> Reply:
    name, services = _kept(call.params["print"], backend)
    data = services.storage.get(name)
    if data is None:
        raise ApiError(404, "There is no such badge.", source={"parameter": "print"})
    headers = {"Content-Disposition": 'inline; filename="badge.pdf"', "Cache-Control": "private, no-store"}
    return Reply(data, headers=headers, content_type=_PDF)


def _kept(told: str, backend: Backend) -> tuple[str, Services]:
    key, _, signature = told.partition("~")
    with backend.work() as opened:
        services = cast(UnitOfWork, opened).services
    name = f"badges/{key}.pdf"
    if not services.signer.is_valid(f"badge:{name}", signature, now=backend.now()):
        raise ApiError(404, "There is no such badge.", source={"parameter": "print"})
    return name, services


def _fields_of_ticket(call: Call, backend: Backend) -> Reply:
    """List what is printed on the badges of a ticket type."""
    key = _whole(call.params["ticket"])
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        ticket = work.db.get(Ticket, key)
        if ticket is None or ticket.deleted_at is not None:
            raise ApiError(404, f"Ticket: {key} not found", source={"parameter": "ticket_id"})
        form = queries.badge_of_ticket(work.db, key)
        may = form is None or allows(
            work.db, PERMISSIONS["badge-form"].read, call.by, cast(Table, BadgeForm.__table__), form.id
        )
        if not may:
            raise ApiError(404, f"Ticket: {key} not found", source={"parameter": "ticket_id"})
        return Reply([_field(one) for one in (queries.fields_of(work.db, form.id) if form else [])])


def _field(one: BadgeFieldForm) -> Mapping[str, Any]:
    return {"id": one.id, "field_identifier": one.field_identifier, "custom_field": one.custom_field}


BADGE_ENDPOINTS = (
    Endpoint("POST", "/v1/badge-forms/preview-badge-pdf", _preview, summary="Badges as PDF, before they are kept"),
    Endpoint("GET", "/v1/badge-forms/print-badge-pdf", _print, summary="Print somebody's badge"),
    Endpoint("POST", "/v1/badge-forms/print-badge-pdf", _print_now, summary="Print somebody's badge, as the answer"),
    Endpoint("GET", "/v1/badge-forms/prints/<print>/state", _state, auth=False, summary="Whether a badge is printed"),
    Endpoint("GET", "/v1/badge-forms/prints/<print>/badge.pdf", _download, auth=False, summary="A printed badge"),
    Endpoint("GET", "/v1/tickets/<ticket>/badge-forms", _fields_of_ticket, summary="What a ticket's badges show"),
)
