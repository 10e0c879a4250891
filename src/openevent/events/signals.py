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
class EventChanged:
    """An event's own values are others now; `changed` names the columns."""

    event_id: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventImageChanged:
    """An event shows another picture, or none."""

    event_id: int
    url: str | None


@dataclass(frozen=True, slots=True)
class ExhibitorBannerChanged:
    """An exhibitor shows another banner, or none."""

    exhibitor_id: int
    url: str | None


@dataclass(frozen=True, slots=True)
class GroupBannerChanged:
    """A group shows another banner, or none."""

    group_id: int
    url: str | None


@dataclass(frozen=True, slots=True)
class EventCopied:
    """A new event was made after another one: NOW reactions of upper domains copy what is theirs."""

    old_id: int
    new_id: int


@dataclass(frozen=True, slots=True)
class OrganizersContacted:
    """An account asked something of those who organize an event."""

    event_id: int
    user_id: int
    text: str


@dataclass(frozen=True, slots=True)
class RoleInvited:
    """Somebody is asked to play a part in an event, for the first time or again."""

    invite_id: int


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """An event has another owner."""

    event_id: int
    user_id: int


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


@dataclass(frozen=True, slots=True)
class GroupRoleInvited:
    """Somebody is asked to run a group together with its owner, for the first time or again."""

    role_id: int


@dataclass(frozen=True, slots=True)
class EventAnnounced:
    """The followers of a group shall hear of an event."""

    group_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class GroupContacted:
    """An account asked something of those who run a group."""

    group_id: int
    user_id: int
    text: str
