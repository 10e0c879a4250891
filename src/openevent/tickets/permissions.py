"""Who may what with tickets, their codes, taxes and fees."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from openevent.events.roles import COORGANIZER, CREW, ON_PUBLIC_EVENT
from openevent.kit.access import ADMIN, Permission, Row, Who, cell, column_is_actor, is_blank, table
from openevent.site.models import Module
from openevent.site.queries import THE_ONE
from openevent.tickets.roles import FOR_OWN_EVENT, FOR_TICKETS


def _shown(_kind: str, row: Row) -> ColumnElement[bool]:
    return true() if is_blank(row, "is_hidden") else cell(row, "is_hidden").is_(False)


def _offered(_kind: str, row: Row) -> ColumnElement[bool]:
    if is_blank(row, "type"):
        return true()
    switches, type_ = Module.__table__.alias("switches").c, cell(row, "type")
    off = or_(
        switches.ticket_include.is_(False),
        and_(switches.donation_include.is_(False), type_.like("donation%")),
        and_(switches.payment_include.is_(False), type_.not_like("free%")),
    )
    return ~exists(select(switches.id).where(switches.id == THE_ONE, off))


OFFERED = Who("while modules offer it", _offered)
SHOWN = Who("unless hidden", _shown)
MARKETER = column_is_actor("marketer_id", "its marketer")

_TICKET = (ON_PUBLIC_EVENT & SHOWN) | COORGANIZER
_OFFER = (ON_PUBLIC_EVENT & SHOWN & OFFERED) | COORGANIZER  # who has bought one can still read it
_PART = ON_PUBLIC_EVENT | CREW  # of an event that one may read
_CODE = COORGANIZER | MARKETER
_DISCOUNT = _CODE | FOR_OWN_EVENT
_OWN_DISCOUNT = ADMIN | (COORGANIZER & FOR_TICKETS)  # what the platform gives is the platform's to change

# fmt: off
PERMISSIONS = table(
    #          type             list       read       create       update         delete
    Permission("ticket",        _OFFER,    _TICKET,   COORGANIZER, COORGANIZER,   COORGANIZER),
    Permission("ticket-tag",    _PART,     _PART,     COORGANIZER, COORGANIZER,   COORGANIZER),
    Permission("discount-code", _DISCOUNT, _DISCOUNT, COORGANIZER, _OWN_DISCOUNT, _OWN_DISCOUNT),
    Permission("access-code",   _CODE,     _CODE,     COORGANIZER, COORGANIZER,   COORGANIZER),
    Permission("tax",           _PART,     _PART,     COORGANIZER, COORGANIZER,   COORGANIZER),
    Permission("ticket-fee",    ADMIN,     ADMIN,     ADMIN,       ADMIN,         ADMIN),
)
# fmt: on
