"""FACE: orders and attendees on the wire."""

from openevent.orders.resources import desk, endpoints, paying, ticket_codes
from openevent.orders.resources.types import EXTENSIONS, RESOURCES

ENDPOINTS = (*endpoints.ENDPOINTS, *paying.ENDPOINTS, *desk.ENDPOINTS, *ticket_codes.ENDPOINTS)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
