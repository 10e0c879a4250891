"""FACE: orders and attendees on the wire."""

from openevent.jsonapi.shapes import with_bodies
from openevent.orders.resources import commands, desk, endpoints, paying, ticket_codes, types, waiting
from openevent.orders.resources.described import TOLD
from openevent.orders.resources.types import EXTENSIONS

RESOURCES = (*types.RESOURCES, *commands.RESOURCES, *waiting.RESOURCES)
ENDPOINTS = with_bodies(
    (*endpoints.ENDPOINTS, *paying.ENDPOINTS, *desk.ENDPOINTS, *ticket_codes.ENDPOINTS, *waiting.ENDPOINTS), TOLD
)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
