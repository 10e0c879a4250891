"""FACE: video on the wire."""

from openevent.stream.resources.endpoints import ENDPOINTS
from openevent.stream.resources.types import EXTENSIONS, RESOURCES

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
