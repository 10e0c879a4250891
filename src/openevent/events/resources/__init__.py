"""FACE: events, who runs them and what stands around them, on the wire."""

from openevent.events.resources import event

ENDPOINTS = event.ENDPOINTS
EXTENSIONS = event.EXTENSIONS
RESOURCES = event.RESOURCES

__all__ = ["ENDPOINTS", "EXTENSIONS", "RESOURCES"]
