"""FACE: the programme on the wire."""

from openevent.jsonapi.declare import Extension, Resource
from openevent.jsonapi.shapes import with_bodies
from openevent.programme.resources import endpoints, opinions, parts, sessions, speakers
from openevent.programme.resources.described import TOLD

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]

RESOURCES: tuple[Resource, ...] = (
    *sessions.RESOURCES,
    *speakers.RESOURCES,
    *parts.RESOURCES,
    *opinions.RESOURCES,
)
ENDPOINTS = with_bodies(endpoints.ENDPOINTS, TOLD)
EXTENSIONS: tuple[Extension, ...] = (*sessions.EXTENSIONS, *opinions.EXTENSIONS)
