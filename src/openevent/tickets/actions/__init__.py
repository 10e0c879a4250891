"""The verbs of tickets."""

from openevent.tickets.actions.codes import (
    create_access_code,
    create_discount_code,
    delete_code,
    delete_unused_codes,
    update_access_code,
    update_discount_code,
)
from openevent.tickets.actions.copying import copy_tickets
from openevent.tickets.actions.fees import fee_code, note_fee_code
from openevent.tickets.actions.look_ups import remember_look_up
from openevent.tickets.actions.reminding import remind_of_sales
from openevent.tickets.actions.stock import MOVE_SEATS, Move, StockDrift, hold, lock_stock, move, release, take
from openevent.tickets.actions.tags import create_tag, update_tag
from openevent.tickets.actions.taxes import create_tax
from openevent.tickets.actions.ticket import (
    QuantityTooLow,
    TicketInUse,
    create_ticket,
    delete_ticket,
    follow_currency,
    update_ticket,
)
from openevent.tickets.actions.uses import ACCESSES, DISCOUNTS, UsesDrift, give_back, take_uses

__all__ = [
    "ACCESSES",
    "DISCOUNTS",
    "MOVE_SEATS",
    "Move",
    "QuantityTooLow",
    "StockDrift",
    "TicketInUse",
    "UsesDrift",
    "copy_tickets",
    "create_access_code",
    "create_discount_code",
    "create_tag",
    "create_tax",
    "create_ticket",
    "delete_code",
    "delete_ticket",
    "delete_unused_codes",
    "fee_code",
    "follow_currency",
    "give_back",
    "hold",
    "lock_stock",
    "move",
    "note_fee_code",
    "release",
    "remember_look_up",
    "remind_of_sales",
    "take",
    "take_uses",
    "update_access_code",
    "update_discount_code",
    "update_tag",
    "update_ticket",
]
