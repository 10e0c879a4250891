"""FACE: the laboratory on the wire."""

from openevent.lab.resources.types import RESOURCES

__all__ = ["RESOURCES"]
