"""FACE: the programme on the wire."""

from openevent.jsonapi.declare import Extension, Resource
from openevent.programme.resources import opinions, parts, sessions, speakers
from openevent.programme.resources.endpoints import ENDPOINTS

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]

RESOURCES: tuple[Resource, ...] = (
    *sessions.RESOURCES,
    *speakers.RESOURCES,
    *parts.RESOURCES,
    *opinions.RESOURCES,
)
EXTENSIONS: tuple[Extension, ...] = (*sessions.EXTENSIONS, *opinions.EXTENSIONS)
