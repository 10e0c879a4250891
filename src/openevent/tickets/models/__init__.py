"""Tables of tickets: types and their stock, tags, codes, taxes and the platform's fee."""

from openevent.tickets.models.codes import (
    AccessCode,
    AccessCodeLookUp,
    DiscountCode,
    access_codes_tickets,
    discount_codes_events,
    discount_codes_invoices,
    discount_codes_tickets,
)
from openevent.tickets.models.taxes import Tax, TicketFee
from openevent.tickets.models.ticket import Ticket, TicketStock, TicketTag, ticket_taggings

__all__ = [
    "AccessCode",
    "AccessCodeLookUp",
    "DiscountCode",
    "Tax",
    "Ticket",
    "TicketFee",
    "TicketStock",
    "TicketTag",
    "access_codes_tickets",
    "discount_codes_events",
    "discount_codes_invoices",
    "discount_codes_tickets",
    "ticket_taggings",
]
