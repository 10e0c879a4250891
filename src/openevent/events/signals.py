"""What events announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventCreated:
    """There is a new event, not copied from another one."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventPublished:
    """An event became visible to everyone."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventUnpublished:
    """An event went back to being a draft."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventCurrencyChanged:
    """Prices on this event are in another currency now. A NOW reaction may refuse by raising Conflict."""

    event_id: int
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class EventDeleting:
    """An event is about to be deleted. A NOW reaction may refuse by raising Conflict or Forbidden."""

    event_id: int
    is_permanent: bool
    by_super_admin: bool


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """Somebody got a role on an event."""

    event_id: int
    user_id: int
    role: str


@dataclass(frozen=True, slots=True)
class RoleTaken:
    """Somebody lost a role on an event."""

    event_id: int
    user_id: int
    role: str
