"""Cells of the permission table that depend on devices, their benches, and whose turn, script or run it is."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, exists, false, or_, select, true
from sqlalchemy.sql.elements import False_, True_

from openevent.events.roles import COORGANIZER
from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_EMAIL,
    BY_ID,
    STAFF,
    SUPER,
    USER,
    Row,
    Who,
    cell,
    column_is_actor,
    is_blank,
)
from openevent.lab.models import Bench, Booking, Device, Lease, Run, Script
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import SOLD

BENCHES = cast(Table, Bench.__table__)
BOOKINGS = cast(Table, Booking.__table__)
DEVICES = cast(Table, Device.__table__)
LEASES = cast(Table, Lease.__table__)
RUNS = cast(Table, Run.__table__)
SCRIPTS = cast(Table, Script.__table__)


def holds_ticket(event: ColumnElement[Any], ticket: ColumnElement[Any] | None = None) -> ColumnElement[bool]:
    """Return the condition that the actor has, or has bought, a ticket of an event; of one type when that is named."""
    held, orders = Attendee.__table__.alias("lab_holder"), Order.__table__.alias("lab_order")
    found = (
        select(held.c.id)
        .join(orders, orders.c.id == held.c.order_id)
        .where(
            held.c.event_id == event,
            held.c.deleted_at.is_(None),
            orders.c.status.in_(SOLD),
            or_(held.c.email == BY_EMAIL, orders.c.user_id == BY_ID),
        )
    )
    return exists(found if ticket is None else found.where(or_(ticket.is_(None), held.c.ticket_id == ticket)))


def organizes(benches: Row) -> ColumnElement[bool]:
    """Return the condition that the actor, leaving aside that they may be an admin, runs the event of a bench."""
    return COORGANIZER.condition(USER, benches)


def _runs_workshop(column: str) -> Who:
    """Return the cell of those who run an event in which the row's device stands."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        benches = BENCHES.alias("run_bench")
        inner = COORGANIZER.condition(kind, benches.c)
        if isinstance(inner, False_ | True_):
            return inner
        return exists(select(benches.c.id).where(benches.c.device_id == cell(row, column), inner))

    return Who("organizers of its workshops", build)


def _may_see(kind: str, row: Row) -> ColumnElement[bool]:
    """Let holders see the devices of their workshops at any hour: they look when it will be their turn."""
    if kind in (STAFF, SUPER):
        return true()
    if kind == ANONYMOUS:
        return false()
    benches = BENCHES.alias("seen_bench")
    holds = holds_ticket(benches.c.event_id, benches.c.ticket_id)
    held = exists(select(benches.c.id).where(benches.c.device_id == cell(row, "id"), holds))
    return or_(cell(row, "is_open").is_(True), held)


def _below(table: Table, column: str, who: Who) -> Who:
    """Return the cell of those who pass for the row that a column points at."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        above = table.alias(f"{table.name}_above")
        inner = who.condition(kind, above.c)
        if isinstance(inner, False_ | True_):
            return inner
        return exists(select(above.c.id).where(above.c.id == cell(row, column), inner))

    return Who(who.name, build)


def _is_public(_kind: str, row: Row) -> ColumnElement[bool]:
    if is_blank(row, "visibility"):
        return true()
    return or_(cell(row, "visibility") == "public", cell(row, "is_example").is_(True))


def _is_of_class(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    return and_(cell(row, "visibility") == "class", holds_ticket(cell(row, "event_id")))


def _is_of_team(kind: str, row: Row) -> ColumnElement[bool]:
    if kind == ANONYMOUS:
        return false()
    return and_(cell(row, "visibility") == "class", COORGANIZER.condition(kind, row))


OWN = column_is_actor("user_id", "its owner")
SEES_DEVICE = _runs_workshop("id") | Who("holders of tickets, or everybody signed in if it is open", _may_see)
RUNS_DEVICE = _runs_workshop("id")
OF_DEVICE = _runs_workshop("device_id")
SEES_BENCH = COORGANIZER | _below(DEVICES, "device_id", SEES_DEVICE)
MINE = OWN | OF_DEVICE  # turns, bookings and runs: whose they are, and who runs the workshop
READS_SCRIPT = (
    OWN
    | Who("everyone, when it is public", _is_public)
    | Who("holders of tickets, when it is shared with their class", _is_of_class)
    | Who("the organizers of that class", _is_of_team)
)
READS_VERSION = _below(SCRIPTS, "script_id", READS_SCRIPT)
WRITES_VERSION = _below(SCRIPTS, "script_id", OWN)
READS_EVENT = _below(RUNS, "run_id", MINE)
READS_LOG = OWN | OF_DEVICE
MANAGES = ADMIN
