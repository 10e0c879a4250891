"""What a write asks of a type's own verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field


class Change(Struct, frozen=True):
    """What a write asks for, typed and checked: only members that were sent (or have a default on create).

    `values`: attribute key -> value (aware UTC datetimes, Decimals, str, int, ...).
    `links`: relationship key -> id, None, or a list of ids; every id names an existing row that the caller may read.
    `row` is the model instance that is changed or deleted, None on create.
    """

    type: str
    values: dict[str, Any]
    links: dict[str, int | list[int] | None]
    row: Any = None
    permanent: bool = False
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    heard: Any = None


class AskElsewhere(Exception):
    """Raised by a verb that needs another server's answer first: no transaction waits for one.

    What the verb did so far is rolled back, `ask` is called while nothing is open, and the verb runs once more, from
    the start, with what came back in `change.heard`.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__("another server is to be asked first")
        self.ask = ask


# An action as the engine calls it: inside the request's unit of work, for a caller who passed the permission cell.
# Create and update return the model instance; delete returns nothing.
Verb = Callable[[Any, Change, Any], Any]  # (work, change, by) -> instance
