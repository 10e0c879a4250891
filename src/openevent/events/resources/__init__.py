"""FACE: events, who runs them and what stands around them, on the wire."""

from openevent.events.resources import catalogue, crew, endpoints, event, favourites, groups, parts
from openevent.jsonapi.declare import Endpoint, Extension, Resource

ENDPOINTS: tuple[Endpoint, ...] = (*endpoints.ENDPOINTS, *groups.ENDPOINTS)
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
