"""Adding to types of lower domains what upper ones know of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from openevent.jsonapi.declare import Change, Extension, Resource, Verb


def extend(resources: Sequence[Resource], extensions: Sequence[Extension]) -> tuple[Resource, ...]:
    """Return the resources with what was added to them; an addition to an unknown type is a mistake."""
    found = {resource.type: resource for resource in resources}
    for extension in extensions:
        if extension.type not in found:
            raise ValueError(f"nothing to extend: {extension.type}")
        resource = found[extension.type]
        found[extension.type] = replace(
            resource,
            attributes=(*resource.attributes, *extension.attributes),
            relationships=(*resource.relationships, *extension.relationships),
            lists=(*resource.lists, *extension.lists),
            aliases=(*resource.aliases, *extension.aliases),
            verbs=_followed(resource.verbs, extension.after) if extension.after else resource.verbs,
        )
    return tuple(found.values())


def _followed(verbs: Mapping[str, Verb], after: Callable[[Any, Change, Any, Any], None]) -> dict[str, Verb]:
    def both(own: Verb, work: Any, change: Change, by: Any) -> Any:  # noqa: ANN401 -- as the engine calls verbs
        row = own(work, change, by)
        after(work, change, row, by)
        return row

    return {name: partial(both, own) if name in ("create", "update") else own for name, own in verbs.items()}
