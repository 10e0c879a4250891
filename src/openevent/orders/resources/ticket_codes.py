"""What scanners ask for: the event's public key, the list of void codes, whose a code is; and a new code for a ticket.

docs/reference/ticket-codes.md describes the format.
"""

from __future__ import annotations

import base64
import re
from typing import Any, cast

from sqlalchemy import Table

from openevent.events.roles import COORGANIZER
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.negotiate import etag, is_known
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, allows
from openevent.kit.work import UnitOfWork
from openevent.orders import actions
from openevent.orders.models import Attendee, Order
from openevent.orders.queries.ticket_codes import EventKey, Position, count_revoked, event_of_scanner, revoked
from openevent.orders.roles import MAY_READ_ATTENDEE
from openevent.orders.rules.holders import full_name
from openevent.orders.rules.ticket_codes import PREFIX, void_list
from openevent.tickets.models import Ticket

MOST = 5_000  # void codes in one answer
_POSITION = re.compile(r"(\d{1,18})-(\d{1,9})")
_ATTENDEES = cast(Table, Attendee.__table__)


def _key(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = _event(work, call)
        found = {
            "event": str(event.event_id),
            "identifier": event.identifier,
            "name": event.name,
            "format": PREFIX.removesuffix(":"),
            "algorithm": "Ed25519",
            "public-key": actions.public_key_of(work, event.event_id),
        }
    return _tagged(call, found, found["public-key"])


def _revoked(call: Call, backend: Backend) -> Reply:
    after = _after(call.query.get("after"))
    limit = _limit(call.query.get("limit"))
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = _event(work, call)
        codes = revoked(work.db, event.event_id, after=after, limit=limit + 1)
        total = count_revoked(work.db, event.event_id)
        page, has_more = codes[:limit], len(codes) > limit
        text = void_list(event.event_id, after, page, has_more=has_more, now=work.now)
        signature = _text_of(actions.sign_list(work, event.event_id, text.encode()))
    following = "{}-{}".format(*page[-1]) if has_more else None
    body = {"list": text, "signature": signature, "next": following, "total": total}
    return _tagged(call, body, f"{event.event_id} {after} {page} {following} {total}")


def _check(call: Call, backend: Backend) -> Reply:
    code = call.json().get("code")
    if not isinstance(code, str) or not code:
        raise invalid("/code", "Missing data for required field.")
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = _event(work, call)
        holder = actions.attendee_of_code(work, event.event_id, code)
        order = work.db.get_one(Order, holder.order_id)
        return Reply(
            {
                "attendee": str(holder.id),
                "identifier": holder.identifier,
                "name": full_name(holder.firstname, holder.lastname),
                "ticket": work.db.get_one(Ticket, holder.ticket_id).name,
                "order": order.identifier,
                "is-checked-in": holder.is_checked_in,
            }
        )


def _reissue(call: Call, backend: Backend) -> Reply:
    key, by = call.params["attendee"], cast(Actor, call.by)
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        is_key = key.isascii() and key.isdigit() and len(key) < 19  # noqa: PLR2004 -- 64 bit
        if not is_key or not allows(work.db, MAY_READ_ATTENDEE, by, _ATTENDEES, int(key)):
            raise ApiError(404, f"Attendee: {key[:20]} not found", source={"parameter": "id"}, title="Object not found")
        if not allows(work.db, COORGANIZER, by, _ATTENDEES, int(key)):
            raise ApiError(403, f"Only {COORGANIZER.name} may do this.", source={"parameter": "id"})
        holder = actions.reissue_code(work, work.db.get_one(Attendee, int(key)), by=by)
        return Reply({"attendee": str(holder.id), "issue": holder.code_issue}, status=202)


def _event(work: UnitOfWork, call: Call) -> EventKey:
    key = call.params["event"]
    found = event_of_scanner(work.db, key, cast(Actor, call.by))
    if found is None:
        raise ApiError(404, f"Event: {key[:40]} not found", source={"parameter": "id"}, title="Object not found")
    return found


def _after(text: str | None) -> Position:
    if not text:
        return 0, 0
    found = _POSITION.fullmatch(text)
    if found is None:
        raise ApiError(400, "Such as 70512-1: what the page before says as next.", source={"parameter": "after"})
    return int(found[1]), int(found[2])


def _limit(text: str | None) -> int:
    if text is None:
        return MOST
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 -- above any limit
    if not 1 <= number <= MOST:
        raise ApiError(400, f"A whole number from 1 to {MOST}.", source={"parameter": "limit"})
    return number


def _tagged(call: Call, body: dict[str, Any], content: str) -> Reply:
    tag = etag(content.encode())
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(call.headers, tag):
        return Reply(b"", status=304, headers=headers)
    return Reply(body, headers=headers)


def _text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


ENDPOINTS = (
    Endpoint("GET", "/v1/events/<event>/ticket-key", _key, summary="What scanners check the codes of tickets with"),
    Endpoint("GET", "/v1/events/<event>/revoked-codes", _revoked, summary="Codes that let nobody in, signed"),
    Endpoint("POST", "/v1/events/<event>/check-code", _check, summary="Whose ticket a code is"),
    Endpoint("POST", "/v1/attendees/<attendee>/reissue", _reissue, summary="Make a ticket's code void, send a new one"),
)
