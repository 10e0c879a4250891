"""Reading what is ordered: the bodies of calculate-amount and create-order, and sales at the door."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from openevent.jsonapi.errors import invalid
from openevent.orders.actions.joining import ACCESS_CODE
from openevent.orders.rules.amounts import MAX_LINES, OrderRequest, Wanted, merged
from openevent.tickets.rules import MAX_PRICE, MAX_QUANTITY

_TOP_KEY = 2**63
_ONSITE = "/data/attributes/on-site-tickets"


def read_request(body: Mapping[str, Any], *, least: int = 1) -> OrderRequest:
    """Return what a body asks for, at `least` so many of each; raises ApiError with a pointer at what is wrong."""
    tickets: object = body.get("tickets")
    if not isinstance(tickets, list):
        raise invalid("/tickets", "A list of tickets is required.")
    entries = cast("list[object]", tickets)
    if len(entries) > MAX_LINES:
        raise invalid("/tickets", f"At most {MAX_LINES} entries fit into an order.")
    wanted = merged([_wanted(entry, f"/tickets/{place}", least) for place, entry in enumerate(entries)])
    discount, access = (code_in(body, name) for name in ("discount-code", "access-code"))
    return OrderRequest(wanted, _decimal(body.get("amount"), "/amount"), discount, access)


def code_in(body: Mapping[str, Any], name: str) -> int | None:
    """Return the id of a code; its member may be written with an underscore, and be empty. Raises ApiError."""
    told = body.get(name) or body.get(name.replace("-", "_"))
    return None if told in (None, "", 0) else _whole(told, f"/{name}", _TOP_KEY - 1)


def access_code(told: object) -> int | None:
    """Return the id of the access code that POST /v1/orders names; raises ApiError."""
    return None if told in (None, "", 0) else _whole(told, ACCESS_CODE, _TOP_KEY - 1)


def _wanted(entry: object, pointer: str, least: int = 1) -> Wanted:
    if not isinstance(entry, dict):
        raise invalid(pointer, "A ticket is an object with id and quantity.")
    found = cast("dict[str, object]", entry)
    ticket_id = _whole(found.get("id"), f"{pointer}/id", _TOP_KEY - 1)
    quantity = _whole(found.get("quantity", 1), f"{pointer}/quantity", MAX_QUANTITY, least)
    return Wanted(ticket_id, quantity, _decimal(found.get("price"), f"{pointer}/price"), pointer)


def _whole(value: object, pointer: str, most: int, least: int = 1) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 -- 64 bit
        value = int(value)
    if isinstance(value, float) and value.is_integer():  # JSON knows no integers: 2.0 is 2 (RFC 8259, section 6)
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(pointer, "Not a valid integer.")
    if not least <= value <= most:
        raise invalid(pointer, f"A whole number from {least} to {most}.")
    return value


def _decimal(value: object, pointer: str) -> Decimal | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    try:
        found = Decimal(repr(value) if isinstance(value, float) else cast(str, value) if is_number else "")
    except InvalidOperation:
        raise invalid(pointer, "Not a valid number.") from None
    if not found.is_finite() or not 0 <= found <= MAX_PRICE:
        raise invalid(pointer, f"An amount from 0 to {MAX_PRICE}.")
    return found


def onsite_tickets(told: object) -> tuple[Wanted, ...]:
    """Return what is sold at the door; raises ApiError.

    An entry has id and quantity, or is a resource object of the type on-site-ticket, as clients of v1 send it.
    """
    if told is None:
        return ()
    if not isinstance(told, list):
        raise invalid(_ONSITE, "A list of tickets is required.")
    entries = cast("list[object]", told)
    if len(entries) > MAX_LINES:
        raise invalid(_ONSITE, f"At most {MAX_LINES} entries fit into an order.")
    return merged([_wanted(_unwrapped(entry), f"{_ONSITE}/{place}") for place, entry in enumerate(entries)])


def _unwrapped(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    outer = cast("dict[str, object]", entry)
    inner = outer.get("data", outer)
    if not isinstance(inner, dict) or "attributes" not in inner:
        return cast(object, inner)
    found = cast("dict[str, object]", inner)
    attributes = found["attributes"]
    more = cast("dict[str, object]", attributes) if isinstance(attributes, dict) else {}
    return {"id": found.get("id"), **more}
