"""FACE: orders and attendees on the wire."""

from openevent.orders.resources.endpoints import ENDPOINTS
from openevent.orders.resources.types import EXTENSIONS, RESOURCES

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
