"""FACE: the laboratory on the wire."""

from openevent.jsonapi.shapes import with_bodies
from openevent.lab.resources import endpoints
from openevent.lab.resources.described import TOLD
from openevent.lab.resources.types import RESOURCES

ENDPOINTS = with_bodies(endpoints.ENDPOINTS, TOLD)

__all__ = ["ENDPOINTS", "RESOURCES"]
