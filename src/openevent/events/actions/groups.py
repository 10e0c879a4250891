"""The verbs of groups: make and change them, put events under their roof, follow them, announce, ask."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from openevent.events import queries
from openevent.events.actions.catalogue import role_named
from openevent.events.models import Event, Group, UserFollowGroup, UsersGroupsRole
from openevent.events.roles import GROUP_RUN
from openevent.events.rules import OWNER
from openevent.events.rules import groups as rules
from openevent.events.signals import EventAnnounced, GroupBannerChanged, GroupContacted, OwnerChanged
from openevent.kit.access import SYSTEM, Actor, allows
from openevent.kit.errors import Conflict, Forbidden, Invalid
from openevent.kit.html import plain_lines
from openevent.kit.work import UnitOfWork

LONGEST = 5_000
_PER_GROUP = {"times": 3, "seconds": 3600}
_PER_ACCOUNT = {"times": 10, "seconds": 24 * 3600}
_EVENTS = "/data/relationships/events"
_GROUPS = cast(Table, Group.__table__)


class FollowedAlready(Conflict):
    """An account follows a group once."""

    code = "followed-already"


class NotAnnounceable(Forbidden):
    """The event is not one that the group can announce now."""

    code = "not-announceable"


def create_group(work: UnitOfWork, values: Mapping[str, Any], *, events: Sequence[int] = (), by: Actor) -> Group:
    """Make a group, which belongs to whoever makes it, with events of his.

    Raises Forbidden for unverified accounts and events of others, Invalid for links that are none.
    """
    if by.id is None or not (by.is_verified or by.is_staff):
        raise Forbidden("Please verify your e-mail address before you create a group.")
    group = Group(**_checked(values), user_id=by.id, created_at=work.now)
    work.db.add(group)
    work.db.flush()
    _add_owner(work, group, by)
    _set_events(work, group, events, by)
    work.audit("group.create", f"group:{group.id}", by=by)
    if group.banner_url:
        work.announce(GroupBannerChanged(group.id, group.banner_url))
    return group


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "social_links" in found:
        fault = rules.links_fault(found["social_links"])
        if fault:
            raise Invalid(fault.detail, pointer=fault.pointer)
        found["social_links"] = rules.kept_links(found["social_links"])
    return found


def _add_owner(work: UnitOfWork, group: Group, by: Actor) -> None:
    owned = UsersGroupsRole(
        group_id=group.id,
        user_id=by.id,
        email=by.email or "",
        role_id=role_named(work, OWNER).id,
        role_name=OWNER,
        accepted=True,
        token=secrets.token_hex(20),
        sent_at=work.now,
    )
    work.db.add(owned)
    work.db.flush()


def update_group(
    work: UnitOfWork, group: Group, values: Mapping[str, Any], *, events: Sequence[int] | None = None, by: Actor
) -> Group:
    """Change a group, and which events are under its roof when they are given. Raises Forbidden, Invalid."""
    banner = group.banner_url
    for name, value in _checked(values).items():
        setattr(group, name, value)
    if group.banner_url != banner:
        group.thumbnail_image_url = None  # it was made of another banner
        work.announce(GroupBannerChanged(group.id, group.banner_url))
    if events is not None:
        _set_events(work, group, events, by)
    work.db.flush()
    work.audit("group.update", f"group:{group.id}", by=by, changed=sorted(values))
    return group


def _set_events(work: UnitOfWork, group: Group, wanted: Sequence[int], by: Actor) -> None:
    """Make these the group's events: who puts one in owns it, who runs the group may let go of it."""
    present = {event.id: event for event in work.db.scalars(select(Event).where(Event.group_id == group.id))}
    for event_id in sorted(set(wanted) - present.keys()):
        event = work.db.get_one(Event, event_id)
        _require_owner(work, event, by)
        _move(work, event, group.id, by)
    for event_id in sorted(present.keys() - set(wanted)):
        if present[event_id].deleted_at is None:  # what is hidden was in no list that anybody could send back
            _move(work, present[event_id], None, by)


def _move(work: UnitOfWork, event: Event, group_id: int | None, by: Actor) -> None:
    event.group_id = group_id
    event.is_announced = False  # the followers of another group have not heard of it
    work.db.flush()
    work.audit("event.update", f"event:{event.id}", by=by, changed=["group_id"])


def check_group(work: UnitOfWork, event: Event, group_id: int | None, by: Actor) -> None:
    """Refuse to put an event under a roof unless whoever does owns the event and runs the group.

    Whoever runs a group is an organizer of its events, so this gives them away, and fills somebody's page.
    """
    if group_id is None or by.is_staff:
        return
    _require_owner(work, event, by, "/data/relationships/group")
    if not allows(work.db, GROUP_RUN, by, _GROUPS, group_id):
        raise Forbidden("Only those who run a group may add events to it.", pointer="/data/relationships/group")


def leave_roof(work: UnitOfWork, signal: OwnerChanged) -> None:
    """Take an event out of its group when it is in other hands: its new owner has not asked for these organizers."""
    event = work.db.get_one(Event, signal.event_id)
    if event.group_id is not None:
        _move(work, event, None, SYSTEM)


def _require_owner(work: UnitOfWork, event: Event, by: Actor, pointer: str = _EVENTS) -> None:
    if not by.is_staff and OWNER not in queries.roles_of(work.db, event.id, by.id):
        raise Forbidden("Only the owner of an event may put it into a group.", pointer=pointer)


def follow(work: UnitOfWork, group_id: int, *, by: Actor) -> UserFollowGroup:
    """Let an account hear of a group's events; raises FollowedAlready."""
    mine = select(UserFollowGroup.id).where(UserFollowGroup.group_id == group_id, UserFollowGroup.user_id == by.id)
    if work.db.scalar(mine) is not None:
        raise FollowedAlready("You follow this group already.", pointer="/data/relationships/group")
    row = UserFollowGroup(group_id=group_id, user_id=by.id, created_at=work.now)
    work.db.add(row)
    work.db.flush()
    work.audit("user-follow-group.create", f"group:{group_id}", by=by)
    return row


def announce_event(work: UnitOfWork, group: Group, event: Event, *, by: Actor) -> None:
    """Let all followers of a group know of an event, once; raises NotAnnounceable. Who may, is asked before."""
    found = rules.Announceable(event.group_id == group.id, event.state, event.ends_at, event.is_announced)
    fault = rules.announcement_fault(found, work.now)
    if fault:
        raise NotAnnounceable(fault)
    event.is_announced = True
    work.db.flush()
    work.audit("event.announce", f"event:{event.id}", by=by, group=group.id)
    work.announce(EventAnnounced(group.id, event.id))


def contact_group(work: UnitOfWork, group: Group, text: str, *, by: Actor) -> None:
    """Mail a question to those who run a group, with a copy to whoever asks; markup is taken out.

    Raises Forbidden for who has no account, to whom nobody could answer, Invalid, TooManyRequests.
    """
    if by.id is None:
        raise Forbidden("Only accounts can write to organizers.")
    question = plain_lines(text)
    if not question or len(question) > LONGEST:
        raise Invalid(f"A text of 1 to {LONGEST} characters is needed.", pointer="/email")
    work.services.limiter.hit(f"contact-group:{by.id}:{group.id}", **_PER_GROUP)
    work.services.limiter.hit(f"contact:{by.id}", **_PER_ACCOUNT)
    work.announce(GroupContacted(group.id, by.id, question))
    work.audit("group.contact", f"group:{group.id}", by=by)
