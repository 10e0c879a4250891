"""FACE: video on the wire."""

from openevent.jsonapi.shapes import with_bodies
from openevent.stream.resources import endpoints
from openevent.stream.resources.described import TOLD
from openevent.stream.resources.types import EXTENSIONS, RESOURCES

ENDPOINTS = with_bodies(endpoints.ENDPOINTS, TOLD)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
