"""FACE: events, who runs them and what stands around them, on the wire."""

from openevent.events.resources import catalogue, crew, endpoints, event, favourites, groups, parts
from openevent.events.resources.described import TOLD
from openevent.jsonapi.declare import Endpoint, Extension, Resource
from openevent.jsonapi.shapes import with_bodies

ENDPOINTS: tuple[Endpoint, ...] = with_bodies((*endpoints.ENDPOINTS, *groups.ENDPOINTS), TOLD)
EXTENSIONS: tuple[Extension, ...] = (*event.EXTENSIONS, *groups.EXTENSIONS)
RESOURCES: tuple[Resource, ...] = (
    *event.RESOURCES,
    *catalogue.RESOURCES,
    *crew.RESOURCES,
    *parts.RESOURCES,
    *favourites.RESOURCES,
    *groups.RESOURCES,
)

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
