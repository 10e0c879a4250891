"""FACE: tickets, their codes, taxes and fees on the wire."""

from openevent.jsonapi.shapes import with_bodies
from openevent.tickets.resources.codes import ACCESS_CODES, DISCOUNT_CODES, EXTENSIONS
from openevent.tickets.resources.codes import ENDPOINTS as _CODE_ENDPOINTS
from openevent.tickets.resources.described import TOLD
from openevent.tickets.resources.taxes import TAXES, TICKET_FEES
from openevent.tickets.resources.ticket import ENDPOINTS as _TICKET_ENDPOINTS
from openevent.tickets.resources.ticket import TICKET_TAGS, TICKETS

RESOURCES = (TICKETS, TICKET_TAGS, DISCOUNT_CODES, ACCESS_CODES, TAXES, TICKET_FEES)
ENDPOINTS = with_bodies((*_TICKET_ENDPOINTS, *_CODE_ENDPOINTS), TOLD)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
