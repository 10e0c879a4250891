"""What ticket types announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """A ticket type's own values are others now; `changed` names the columns."""

    ticket_id: int
    event_id: int
    changed: tuple[str, ...]
