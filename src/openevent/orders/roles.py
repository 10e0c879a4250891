"""Cells of the permission table that depend on who bought an order and who holds its tickets."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, Table, exists, false, select, true

from openevent.events.roles import COORGANIZER, REGISTRAR
from openevent.kit.access import ANONYMOUS, BY_EMAIL, BY_ID, STAFF, SUPER, Row, Who, cell, column_is_actor
from openevent.orders.models import Attendee, Order

ORDERS = cast(Table, Order.__table__).c
ATTENDEES = cast(Table, Attendee.__table__).c


def _holds_one(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    return exists(
        select(ATTENDEES.id).where(
            ATTENDEES.order_id == cell(row, "id"), ATTENDEES.email == BY_EMAIL, ATTENDEES.deleted_at.is_(None)
        )
    )


def _bought_it(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    return exists(select(ORDERS.id).where(ORDERS.id == cell(row, "order_id"), ORDERS.user_id == BY_ID))


def _is_theirs(kind: str, row: Row) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    return false() if kind == ANONYMOUS else cell(row, "email") == BY_EMAIL


def _is_loose(_kind: str, row: Row) -> ColumnElement[bool]:
    return cell(row, "order_id").is_(None)


# Cells of rows of orders.
BUYER = column_is_actor("user_id", "buyer")
HOLDS_A_TICKET = Who("ticket holder", _holds_one)
BUYER_OR_STAFF = BUYER | COORGANIZER
MAY_READ_ORDER = BUYER_OR_STAFF | HOLDS_A_TICKET

# Cells of rows of attendees.
BUYER_OF_TICKET = Who("buyer", _bought_it)
HOLDER = Who("the holder", _is_theirs)
CREATOR = column_is_actor("creator_id", "whoever entered them")
MAY_READ_ATTENDEE = BUYER_OF_TICKET | REGISTRAR | HOLDER | CREATOR
MAY_CHANGE_ATTENDEE = BUYER_OF_TICKET | REGISTRAR | CREATOR
MAY_REMOVE_ATTENDEE = REGISTRAR | (CREATOR & Who("until there is an order", _is_loose))

# Cells of rows of waiting lists.
WAITER = column_is_actor("user_id", "whoever waits")
WAITER_OR_STAFF = WAITER | COORGANIZER
