"""What events announce."""

from __future__ import annotations

from msgspec import Struct


class EventCreated(Struct, frozen=True):
    """There is a new event, not copied from another one."""

    event_id: int


class EventPublished(Struct, frozen=True):
    """An event became visible to everyone."""

    event_id: int


class EventUnpublished(Struct, frozen=True):
    """An event went back to being a draft."""

    event_id: int


class EventCurrencyChanged(Struct, frozen=True):
    """Prices on this event are in another currency now. A NOW reaction may refuse by raising Conflict."""

    event_id: int
    old: str | None
    new: str | None


class EventDeleting(Struct, frozen=True):
    """An event is about to be deleted. A NOW reaction may refuse by raising Conflict or Forbidden."""

    event_id: int
    is_permanent: bool
    by_super_admin: bool


class EventChanged(Struct, frozen=True):
    """An event's own values are others now; `changed` names the columns."""

    event_id: int
    changed: tuple[str, ...]


class EventImageChanged(Struct, frozen=True):
    """An event shows another picture, or none."""

    event_id: int
    url: str | None


class ExhibitorBannerChanged(Struct, frozen=True):
    """An exhibitor shows another banner, or none."""

    exhibitor_id: int
    url: str | None


class GroupBannerChanged(Struct, frozen=True):
    """A group shows another banner, or none."""

    group_id: int
    url: str | None


class EventCopied(Struct, frozen=True):
    """A new event was made after another one: NOW reactions of upper domains copy what is theirs."""

    old_id: int
    new_id: int


class OrganizersContacted(Struct, frozen=True):
    """An account asked something of those who organize an event."""

    event_id: int
    user_id: int
    text: str


class RoleInvited(Struct, frozen=True):
    """Somebody is asked to play a part in an event, for the first time or again."""

    invite_id: int


class OwnerChanged(Struct, frozen=True):
    """An event has another owner."""

    event_id: int
    user_id: int


class RoleGiven(Struct, frozen=True):
    """Somebody got a role on an event."""

    event_id: int
    user_id: int
    role: str


class RoleTaken(Struct, frozen=True):
    """Somebody lost a role on an event."""

    event_id: int
    user_id: int
    role: str


class GroupRoleInvited(Struct, frozen=True):
    """Somebody is asked to run a group together with its owner, for the first time or again."""

    role_id: int


class EventAnnounced(Struct, frozen=True):
    """The followers of a group shall hear of an event."""

    group_id: int
    event_id: int


class GroupContacted(Struct, frozen=True):
    """An account asked something of those who run a group."""

    group_id: int
    user_id: int
    text: str
