"""Links between rows: which relationship is the other side of which, and whether a caller may make and cut links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.inputs import not_found
from openevent.jsonapi.permits import Permits, refusal
from openevent.jsonapi.registry import Registry, Relation, ResourceType
from openevent.jsonapi.verbs import linked_ids

Linked: TypeAlias = int | list[int] | None  # what Change.links holds


def other_side(registry: Registry, relation: Relation) -> Relation | None:
    """Return the same relationship as the other type sees it; None for one that has no inverse."""
    for other in registry[relation.target].relations.values():
        if other is not relation and other.declared is relation.declared:
            return other
    return None


def declared_side(registry: Registry, inverse: Relation) -> Relation:
    """Return the relationship whose inverse this is."""
    declaring = registry[inverse.target].relations.values()
    return next(one for one in declaring if one.declared is inverse.declared and one is not inverse)


def is_declared_here(entry: ResourceType, relation: Relation) -> bool:
    """Tell whether the type itself declares the relationship, and so owns its links."""
    return relation.name == relation.declared.name and relation.declared in entry.resource.relationships


def ids_of(linked: Linked) -> list[int]:
    """Return linkage as a list.

    >>> ids_of(None), ids_of(7), ids_of([7, 8])
    ([], [7], [7, 8])
    """
    if linked is None:
        return []
    return linked if isinstance(linked, list) else [linked]


def link_errors(
    registry: Registry, entry: ResourceType, links: Mapping[str, Linked], permits: Permits
) -> list[ApiError]:
    """Return an error for every linked id that names nothing, or nothing that this caller may read."""
    found: list[ApiError] = []
    for relation in entry.relations.values():
        if relation.key in links:
            pointer = f"/data/relationships/{relation.name}/data"
            found.extend(unknown(registry, relation, ids_of(links[relation.key]), pointer, permits))
    return found


def unknown(
    registry: Registry, relation: Relation, ids: Sequence[int], pointer: str, permits: Permits
) -> list[ApiError]:
    """Return a 404 for every id that names nothing, or nothing that this caller may name."""
    target = registry[relation.target]
    known = permits.passing(relation.named_by or target.cells.read, target, ids)
    return [
        not_found(relation, one, f"{pointer}/{index}" if relation.many else pointer)
        for index, one in enumerate(ids)
        if one not in known
    ]


def settled(
    registry: Registry, entry: ResourceType, links: Mapping[str, Linked], permits: Permits, key: int | None
) -> dict[str, Linked]:
    """Return the links as they shall be kept; raises 403 where the caller may not make or cut one.

    Replacing a list replaces what the caller can see of it: links to hidden rows stay. A link table belongs to the
    type that declares it, so nobody puts themselves on a session by way of the speaker.
    """
    found = dict(links)
    for relation in entry.relations.values():
        if relation.via == "link" and relation.key in links:
            wanted = ids_of(links[relation.key])
            present = set[int]() if key is None else linked_ids(permits.db, relation, key)
            target = registry[relation.target]
            visible = permits.passing(target.cells.read, target, sorted(present))
            if not is_declared_here(entry, relation):
                check_owners(target, sorted(visible ^ set(wanted)), permits)
            found[relation.key] = [*wanted, *sorted(present - visible - set(wanted))]
    return found


def check_stands_in(registry: Registry, relation: Relation, above: int, key: int, permits: Permits) -> None:
    """Raise 403 unless a new row meets the condition of the nested list that it was sent to."""
    if not permits.joins(relation, registry[relation.owner], above, registry[relation.target], key):
        raise ApiError(403, f"It would not be one of these {relation.name}.", source={"source": ""})


def check_owners(owner: ResourceType, touched: Sequence[int], permits: Permits) -> None:
    """Raise 401 or 403 unless the caller may update all these rows."""
    if set(touched) - permits.passing(owner.cells.update, owner, touched):
        raise refusal(owner.cells.update, permits.caller)
