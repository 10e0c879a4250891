"""What a write says, as columns of the row."""

from __future__ import annotations

from typing import Any

from openevent.jsonapi.declare import Change


def columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships; to-many ones are not columns."""
    links = {f"{key}_id": to for key, to in change.links.items() if not isinstance(to, list)}
    return {**change.values, **links}
