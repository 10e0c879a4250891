"""What ticket types announce."""

from __future__ import annotations

from msgspec import Struct


class TicketChanged(Struct, frozen=True):
    """A ticket type's own values are others now; `changed` names the columns."""

    ticket_id: int
    event_id: int
    changed: tuple[str, ...]


class SeatsAdded(Struct, frozen=True):
    """There are more seats of a ticket type than before; the event's stock is locked by whoever says so."""

    ticket_id: int
    event_id: int


class SalesEnding(Struct, frozen=True):
    """The sale of some ticket types of an event has ended or soon will; `kind` is the action of the mail."""

    event_id: int
    kind: str
    ticket_ids: list[int]
