"""What ticket types announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """A ticket type's own values are others now; `changed` names the columns."""

    ticket_id: int
    event_id: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SalesEnding:
    """The sale of some ticket types of an event has ended or soon will; `kind` is the action of the mail."""

    event_id: int
    kind: str
    ticket_ids: list[int]
