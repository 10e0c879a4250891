"""FACE: choosing tickets, checking out, looking at orders, and the organizer's ledger, as HTML."""

from openevent.orders.pages import (
    checkout,
    choose,
    leaving,
    mailing,
    mine,
    money,
    paying,
    pdfs,
    sales,
    waiters,
    waiting,
)
from openevent.orders.pages.blueprint import blueprint

__all__ = [
    "blueprint",
    "checkout",
    "choose",
    "leaving",
    "mailing",
    "mine",
    "money",
    "paying",
    "pdfs",
    "sales",
    "waiters",
    "waiting",
]
