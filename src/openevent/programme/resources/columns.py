"""What a write says, as columns of the row."""

from __future__ import annotations

from typing import Any

from openevent.jsonapi.declare import Change


def columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    links = {f"{key}_id": to for key, to in change.links.items() if not isinstance(to, list)}
    return {**change.values, **links}


def linked_ids(change: Change, name: str) -> list[int] | None:
    """Return the ids that a to-many relationship was set to, None when it was not sent."""
    sent = change.links.get(name)
    return sent if isinstance(sent, list) else None
