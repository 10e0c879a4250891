"""What a single declaration has to meet, whatever else is declared."""

from __future__ import annotations

from openevent.jsonapi.declare import Resource

METHODS = frozenset({"list", "read", "create", "update", "delete"})
_OF_SINGLETONS = frozenset({"read", "update"})
VERBS = frozenset({"create", "update", "delete", "restore"})


def check_resource(resource: Resource) -> None:
    """Raise ValueError for a declaration that can't work."""
    columns = resource.table.c
    for name in ("id", resource.link_key, resource.second_key or "id"):
        if name not in columns:
            raise ValueError(f"{resource.type}: no column {name} in {resource.table.name}")
    if not resource.methods <= METHODS:
        raise ValueError(f"{resource.type}: unknown methods {sorted(resource.methods - METHODS)}")
    if resource.singleton is not None and not resource.methods <= _OF_SINGLETONS:
        raise ValueError(f"{resource.type}: a singleton is read and updated, nothing else")
    if not set(resource.verbs) <= VERBS:
        raise ValueError(f"{resource.type}: unknown verbs {sorted(set(resource.verbs) - VERBS)}")
