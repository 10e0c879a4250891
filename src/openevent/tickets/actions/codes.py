"""Making and changing discount codes and access codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select, update

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.tickets.actions.keys import secret_keys
from openevent.tickets.actions.linking import (
    OF_ACCESS,
    OF_DISCOUNT,
    Join,
    Linked,
    check_fits,
    linked,
    set_links,
    tickets_of,
)
from openevent.tickets.models import (
    AccessCode,
    DiscountCode,
    discount_codes_events,
)
from openevent.tickets.rules.codes import (
    DEFAULT_MOST,
    USES,
    CodeKindFixed,
    CodeTaken,
    CodeTerms,
    InvalidCode,
    check_code,
    check_discount,
    folded,
)

_CODES = cast(Table, DiscountCode.__table__)
_OF_EVENTS = Join(discount_codes_events, "discount_code_id", "event_id")
_USED_FOR = "/data/attributes/used-for"
_EVENTS = "/data/relationships/events"


def create_discount_code(work: UnitOfWork, values: Mapping[str, Any], links: Linked, *, by: Actor) -> DiscountCode:
    """Make a discount code of the kind that `used_for` says.

    Raises CodeKindFixed without a kind, Forbidden for an `event` code of anybody but an admin, CodeTaken, InvalidCode.
    """
    used_for = values.get("used_for")
    if used_for not in USES:
        raise CodeKindFixed("used-for has to be event or ticket.", pointer=_USED_FOR)
    code = DiscountCode(event_id=None, marketer_id=links.get("marketer") or by.id, created_at=work.now, used=0)
    code.id = next(secret_keys(work.db, DiscountCode))
    _assign(code, {"is_active": True, "min_quantity": 1, "max_quantity": _most(values), **values})
    if used_for == "event":
        if not by.is_staff:
            raise Forbidden("Only admins make codes for events.")
        return _keep_event_code(work, code, _event_ids(links), by)
    if not isinstance(links.get("event"), int):
        raise Invalid("A valid relationship with event resource is required", pointer="/data/relationships/event")
    code.event_id = cast(int, links["event"])
    return _keep_ticket_code(work, code, links, "create", by)


def update_discount_code(
    work: UnitOfWork, code: DiscountCode, values: Mapping[str, Any], links: Linked, *, by: Actor
) -> DiscountCode:
    """Change what is given; raises as create_discount_code does, CodeKindFixed for another kind."""
    if values.get("used_for", code.used_for) != code.used_for:
        raise CodeKindFixed("used-for can't be changed.", pointer=_USED_FOR)
    _lock(work, code)
    _assign(code, values)
    if "marketer" in links:
        code.marketer_id = cast("int | None", links["marketer"])
    if code.used_for == "event":
        return _keep_event_code(work, code, links.get("events"), by, deed="update")
    return _keep_ticket_code(work, code, links, "update", by)


def create_access_code(work: UnitOfWork, values: Mapping[str, Any], links: Linked, *, by: Actor) -> AccessCode:
    """Make a code that opens hidden ticket types; raises TicketIsPublic, CodeTaken or InvalidCode."""
    code = AccessCode(event_id=links["event"], marketer_id=links.get("marketer") or by.id, used=0)
    code.id = next(secret_keys(work.db, AccessCode))
    _assign(code, values)
    return _keep_access_code(work, code, links, "create", by)


def update_access_code(
    work: UnitOfWork, code: AccessCode, values: Mapping[str, Any], links: Linked, *, by: Actor
) -> AccessCode:
    """Change what is given; raises as create_access_code does."""
    _lock(work, code)
    _assign(code, values)
    if "marketer" in links:
        code.marketer_id = cast("int | None", links["marketer"])
    return _keep_access_code(work, code, links, "update", by)


def delete_code(work: UnitOfWork, code: DiscountCode | AccessCode, *, by: Actor) -> None:
    """Take a code out of use; orders that used it keep what it gave them."""
    code.deleted_at = work.now
    if isinstance(code, DiscountCode):
        work.db.execute(delete(discount_codes_events).where(discount_codes_events.c.discount_code_id == code.id))
    work.db.flush()
    work.audit(f"{_type(code)}.delete", f"{_type(code)}:{code.id}", by=by)


def delete_unused_codes(work: UnitOfWork, event_id: int, *, by: Actor) -> int:
    """Delete the ticket codes of an event that nobody uses, and return how many there were."""
    unused = update(_CODES).where(
        _CODES.c.event_id == event_id, _CODES.c.used_for == "ticket", _CODES.c.used == 0, _CODES.c.deleted_at.is_(None)
    )
    gone = cast("CursorResult[Any]", work.db.execute(unused.values(deleted_at=work.now))).rowcount
    work.audit("discount-code.delete-unused", f"event:{event_id}", by=by, number=gone)
    return gone


def _most(values: Mapping[str, Any]) -> int:
    number = values.get("tickets_number")
    return DEFAULT_MOST if number is None else min(DEFAULT_MOST, number)


def _assign(code: DiscountCode | AccessCode, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(code, name, value)
    code.code_folded = folded(code.code)


def _lock(work: UnitOfWork, code: DiscountCode | AccessCode) -> None:
    """Read the counter as it is, and let no order count until this transaction ends."""
    work.db.refresh(code, ("used",), with_for_update=True)


def _type(code: DiscountCode | AccessCode) -> str:
    return "discount-code" if isinstance(code, DiscountCode) else "access-code"


def _keep_ticket_code(work: UnitOfWork, code: DiscountCode, links: Linked, deed: str, by: Actor) -> DiscountCode:
    _check(work, code)
    _write(work, code)
    ids = _ticket_ids(work, code, links)
    check_fits(code, tickets_of(work.db, ids, code.event_id))
    set_links(work.db, OF_DISCOUNT, code.id, ids)
    work.audit(f"discount-code.{deed}", f"discount-code:{code.id}", by=by)
    return code


def _keep_access_code(work: UnitOfWork, code: AccessCode, links: Linked, deed: str, by: Actor) -> AccessCode:
    _check(work, code)
    _write(work, code)
    if isinstance(links.get("tickets"), list):
        ids = cast("list[int]", links["tickets"])
        check_fits(code, tickets_of(work.db, ids, code.event_id))
        set_links(work.db, OF_ACCESS, code.id, ids)
    work.audit(f"access-code.{deed}", f"access-code:{code.id}", by=by)
    return code


def _ticket_ids(work: UnitOfWork, code: DiscountCode, links: Linked) -> list[int]:
    """Return the ticket types that were named, or else those that the code is for already: they must still fit."""
    ids = links.get("tickets")
    if isinstance(ids, list):
        return ids
    return sorted(linked(work.db, OF_DISCOUNT, code.id))


def _keep_event_code(
    work: UnitOfWork,
    code: DiscountCode,
    events: int | list[int] | None,
    by: Actor,
    *,
    deed: str = "create",
) -> DiscountCode:
    check_discount(code.type, code.value, ())
    check_code(_terms(code))
    _write(work, code)
    if isinstance(events, list):
        _check_events(work, code, events)
        set_links(work.db, _OF_EVENTS, code.id, events)
    work.audit(f"discount-code.{deed}", f"discount-code:{code.id}", by=by)
    return code


def _event_ids(links: Linked) -> list[int]:
    """Return the events of a new event code; one that was named as `event` counts as well."""
    events, event = links.get("events"), links.get("event")
    return [*(events if isinstance(events, list) else []), *([event] if isinstance(event, int) else [])]


def _check_events(work: UnitOfWork, code: DiscountCode, events: Sequence[int]) -> None:
    links = discount_codes_events.c
    taken = select(links.event_id).where(links.event_id.in_(events), links.discount_code_id != code.id)
    if work.db.scalar(taken.limit(1)) is not None:
        raise InvalidCode("An event has one discount code at most.", pointer=_EVENTS)


def _check(work: UnitOfWork, code: DiscountCode | AccessCode) -> None:
    """Check the terms, up to the end of the event where no other end is said, and that the code reads like no other."""
    if code.valid_till is None:
        code.valid_till = work.db.get_one(Event, code.event_id).ends_at
    check_code(_terms(code))
    model = type(code)
    with work.db.no_autoflush:
        same = select(model.id).where(
            model.event_id == code.event_id, model.code_folded == code.code_folded, model.deleted_at.is_(None)
        )
        taken = [id_ for id_ in work.db.scalars(same) if id_ != code.id]
    if taken:
        name = "Discount" if isinstance(code, DiscountCode) else "Access"
        raise CodeTaken(f"{name} Code already exists", pointer="/data/attributes/code")


def _terms(code: DiscountCode | AccessCode) -> CodeTerms:
    return CodeTerms(
        code=code.code,
        tickets_number=code.tickets_number,
        min_quantity=code.min_quantity,
        max_quantity=code.max_quantity,
        valid_from=code.valid_from,
        valid_till=code.valid_till,
        used=code.used,
    )


def _write(work: UnitOfWork, code: DiscountCode | AccessCode) -> None:
    work.db.add(code)
    work.db.flush()
