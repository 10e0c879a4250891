"""Counting how often codes are used: taken with an order, given back when its attendees go."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from sqlalchemy import Integer, Table, Update, bindparam, or_, update
from sqlalchemy.orm import Session

from openevent.tickets.actions.stock import touched
from openevent.tickets.models import AccessCode, DiscountCode

DISCOUNTS = cast(Table, DiscountCode.__table__)
ACCESSES = cast(Table, AccessCode.__table__)


class UsesDrift(RuntimeError):
    """The counter of a code and the attendees contradict each other: a mistake of ours, never of a caller."""


def take_uses(db: Session, codes: Table, uses: Mapping[int, int]) -> list[int]:
    """Count uses (code id -> number) where that many are left; return the ids of the codes that had too few.

    Two orders that meet can't both have the last use: the database looks and counts in one step.
    """
    return [id_ for id_ in sorted(uses) if not touched(db, _taking(codes), {"of_code": id_, "more": uses[id_]})]


@cache
def _taking(codes: Table) -> Update:
    more = bindparam("more", type_=Integer())
    is_left = or_(codes.c.tickets_number.is_(None), codes.c.used + more <= codes.c.tickets_number)
    return update(codes).where(codes.c.id == bindparam("of_code"), is_left).values(used=codes.c.used + more)


def give_back(db: Session, codes: Table, uses: Mapping[int, int]) -> None:
    """Count uses back; raises UsesDrift for more than were ever taken."""
    fewer = bindparam("fewer", type_=Integer())
    statement = (
        update(codes).where(codes.c.id == bindparam("of_code"), codes.c.used >= fewer).values(used=codes.c.used - fewer)
    )
    for id_ in sorted(uses):
        if not touched(db, statement, {"of_code": id_, "fewer": uses[id_]}):
            raise UsesDrift(f"code {id_} of {codes.name} was not used {uses[id_]} times")
