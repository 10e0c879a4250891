"""Cells of the permission table that depend on codes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select, true

from openevent.events.models import UsersEventsRole
from openevent.events.rules import ORGANIZING
from openevent.kit.access import ANONYMOUS, BY_ID, STAFF, SUPER, Row, Who, cell, is_blank
from openevent.kit.db import UtcDateTime
from openevent.tickets.models import discount_codes_events


def _is_for_own_event(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS or is_blank(row, "id"):
        return false()
    links, roles = discount_codes_events.c, UsersEventsRole.__table__.alias("role_of_code").c
    return exists(
        select(links.event_id)
        .join(roles.id.table, roles.event_id == links.event_id)
        .where(links.discount_code_id == cell(row, "id"), roles.user_id == BY_ID, roles.role_name.in_(ORGANIZING))
    )


def _is_for_tickets(_kind: str, row: Row) -> ColumnElement[bool]:
    return cell(row, "used_for") == "ticket"


def _is_valid_now(_kind: str, row: Row) -> ColumnElement[bool]:
    begins, ends = cell(row, "valid_from"), cell(row, "valid_till")
    return and_(
        cell(row, "is_active").is_(True), or_(begins.is_(None), begins <= _NOW), or_(ends.is_(None), ends >= _NOW)
    )


_NOW = bindparam("now", type_=UtcDateTime())
VALID_NOW = Who("while it is valid", _is_valid_now)
FOR_OWN_EVENT = Who("co-organizer, of the event's own code", _is_for_own_event)
FOR_TICKETS = Who("for tickets", _is_for_tickets)
