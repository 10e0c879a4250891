"""Declarations: what a resource type looks like on the wire and where its rows are. The engine does the rest."""

from openevent.jsonapi.declare.changes import AskElsewhere, Change, Verb
from openevent.jsonapi.declare.endpoints import JSON_TYPE, NOTHING, Call, Endpoint, Reply, read_object
from openevent.jsonapi.declare.members import Attribute, BelongsTo, Keyed, Kind, ManyToMany, Relationship, Through
from openevent.jsonapi.declare.resources import Alias, Extension, NamedList, Resource

__all__ = [
    "JSON_TYPE",
    "NOTHING",
    "Alias",
    "AskElsewhere",
    "Attribute",
    "BelongsTo",
    "Call",
    "Change",
    "Endpoint",
    "Extension",
    "Keyed",
    "Kind",
    "ManyToMany",
    "NamedList",
    "Relationship",
    "Reply",
    "Resource",
    "Through",
    "Verb",
    "read_object",
]
