"""Plain routes of events: copying, searching, asking organizers, invitations, the order of exhibitors."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any, cast

import msgspec

from openevent.events import actions, queries
from openevent.events.models import RoleInvite
from openevent.events.queries import Hit
from openevent.events.roles import COORGANIZER
from openevent.events.rules.parts import MAX_POSITION
from openevent.events.rules.search import FIELDS
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, require
from openevent.kit.errors import NotFound
from openevent.kit.work import UnitOfWork

_MOST_EXHIBITORS = 1_000
_TOP_KEY = 2**63


def _work(backend: Backend) -> AbstractContextManager[UnitOfWork]:
    """Open a unit of work (the engine knows them by a narrower protocol)."""
    return cast("AbstractContextManager[UnitOfWork]", backend.work())


def _caller(call: Call) -> Actor:
    return cast(Actor, call.by)


# --- copying --------------------------------------------------------------------------------------------------------


def _copy(call: Call, backend: Backend) -> Reply:
    by = _caller(call)
    with _work(backend) as work:
        made = actions.copy_event(work, queries.organized_event(work.db, call.params["event"], by), by=by)
        return Reply({"id": made.id, "identifier": made.identifier, "copied": True})


# --- searching ------------------------------------------------------------------------------------------------------


def _search(call: Call, backend: Backend) -> Reply:
    sent = {name.replace("-", "_"): value for name, value in call.query.items()}
    with _work(backend) as work:
        wanted = {name: sent[name] for name in FIELDS if sent.get(name)}
        found = queries.search(work.db, wanted, work.now, page=_page(call.query.get("page[number]", "1")))
        return Reply([_shown(hit) for hit in found])


def _page(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):  # nobody reads further
        raise ApiError(400, "The number of a page is expected.", source={"parameter": "page[number]"})
    return int(text)


def _shown(hit: Hit) -> dict[str, Any]:
    event = hit.event
    names = ("identifier", "name", "location_name", "description", "owner_name", "owner_description", "timezone")
    more = ("original_image_url", "large_image_url", "logo_url", "external_event_url", "online")
    return {
        "id": str(event.id),
        **{name: getattr(event, name) for name in (*names, *more)},
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "meta": {"id": str(event.id), "highlight": hit.highlights},
    }


# --- asking organizers ----------------------------------------------------------------------------------------------


def _contact(call: Call, backend: Backend) -> Reply:
    text = call.json().get("email")
    if not isinstance(text, str):
        raise invalid("/email", "Missing data for required field.")
    by = _caller(call)
    with _work(backend) as work:
        event = queries.readable_event(work.db, call.params["event"], by)
        actions.contact_organizers(work, event.id, text, by=by)
    return Reply({"success": True, "message": "Your question is on its way to the organizers."})


# --- invitations ----------------------------------------------------------------------------------------------------


def _token(call: Call) -> str:
    data = call.json().get("data")
    token = cast("dict[str, object]", data).get("token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        raise invalid("/data/token", "Missing data for required field.")
    return token


def _invited(call: Call, backend: Backend) -> Reply:
    with _work(backend) as work:
        return Reply({"email": actions.invite_of(work, _token(call)).email})


def _accept(call: Call, backend: Backend) -> Reply:
    token = _token(call)
    with _work(backend) as work:
        taken = actions.accept_invite(work, token, by=_caller(call))
        names = (taken.user.first_name, taken.user.last_name)
        return Reply(
            {
                "email": taken.user.email,
                "event": taken.event.id,
                "event_identifier": taken.event.identifier,
                "name": " ".join(filter(None, names)) or None,
                "role": taken.role,
            }
        )


def _send_again(call: Call, backend: Backend) -> Reply:
    by, key = _caller(call), call.params["id"]
    with _work(backend) as work:
        row = work.db.get(RoleInvite, int(key)) if re.fullmatch(r"[0-9]{1,18}", key) else None
        if row is None:
            raise NotFound(f"RoleInvite: {key} not found", parameter="id")
        require(work.db, COORGANIZER, by, cast(Any, RoleInvite.__table__), row.id)
        actions.send_again(work, row, by=by)
    return Reply({"success": True, "message": "The invitation was sent again."})


# --- the order of exhibitors ----------------------------------------------------------------------------------------


def _reorder(call: Call, backend: Backend) -> Reply:
    by = _caller(call)
    with _work(backend) as work:
        event = queries.organized_event(work.db, call.params["event"], by)
        if "reset" in call.query:
            moved = actions.reset_exhibitors(work, event.id, by=by)
        else:
            moved = actions.order_exhibitors(work, event.id, _positions(call.body), by=by)
    return Reply({"success": True, "updates": {str(position): rows for position, rows in moved.items()}})


def _positions(body: bytes) -> list[tuple[int, int]]:
    try:
        sent: object = msgspec.json.decode(body or b"null")
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is no JSON.", source={"pointer": ""}) from None
    if not isinstance(sent, list) or len(cast("list[object]", sent)) > _MOST_EXHIBITORS:
        raise invalid("", f"A list of at most {_MOST_EXHIBITORS} exhibitors and positions is expected.")
    return [_position(entry, f"/{place}") for place, entry in enumerate(cast("list[object]", sent))]


def _position(entry: object, pointer: str) -> tuple[int, int]:
    found = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    exhibitor, position = _number(found.get("exhibitor")), _number(found.get("position"))
    if exhibitor is None or not 0 <= exhibitor < _TOP_KEY:
        raise invalid(f"{pointer}/exhibitor", "The id of an exhibitor is expected.")
    if position is None or not 0 <= position <= MAX_POSITION:
        raise invalid(f"{pointer}/position", f"A position from 0 to {MAX_POSITION} is expected.")
    return exhibitor, position


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 -- 64 bit
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


ENDPOINTS = (
    Endpoint("GET", "/v1/search/events", _search, auth=False, summary="Find events by their texts"),
    Endpoint("POST", "/v1/events/<event>/copy", _copy, summary="Copy an event"),
    Endpoint("POST", "/v1/events/<event>/contact-organizer", _contact, summary="Ask those who organize an event"),
    Endpoint("POST", "/v1/events/<event>/reorder-exhibitors", _reorder, summary="Put exhibitors into order"),
    Endpoint("POST", "/v1/role_invites/user", _invited, auth=False, summary="Whom an invitation is for"),
    Endpoint("POST", "/v1/role_invites/accept-invite", _accept, auth=False, summary="Accept an invitation to a role"),
    Endpoint("POST", "/v1/role-invites/<id>/resend-invite", _send_again, summary="Mail an invitation again"),
)
