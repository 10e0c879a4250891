"""FACE: orders and attendees on the wire."""

from openevent.orders.resources import desk, endpoints, paying
from openevent.orders.resources.types import EXTENSIONS, RESOURCES

ENDPOINTS = (*endpoints.ENDPOINTS, *paying.ENDPOINTS, *desk.ENDPOINTS)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
