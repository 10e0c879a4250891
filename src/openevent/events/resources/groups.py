"""Groups, who runs them and who follows them, on the wire (v1 reference 19)."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, func, select

from openevent.events import actions
from openevent.events.models import Event, Group, UserFollowGroup, UsersGroupsRole
from openevent.events.roles import GROUP_OWNER, OF_GROUP_OWNER
from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Call,
    Change,
    Endpoint,
    Extension,
    Reply,
    Resource,
    Through,
)
from openevent.jsonapi.errors import invalid
from openevent.jsonapi.ports import Backend
from openevent.kit.access import ADMIN, BY_ID, PUBLIC, Actor, Who, column_is_actor, require
from openevent.kit.errors import NotFound
from openevent.kit.html import clean
from openevent.kit.work import UnitOfWork

_ITSELF = column_is_actor("id", "oneself")

# --- groups ---------------------------------------------------------------------------------------------------------


def _follower_count(group: Any) -> ColumnElement[int]:  # noqa: ANN401 -- columns by name
    follows = UserFollowGroup.__table__.alias("counted_follow")
    return select(func.count()).select_from(follows).where(follows.c.group_id == group["id"]).scalar_subquery()


def _followed_by_caller(group: Any, follow: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    return and_(follow["group_id"] == group["id"], follow["user_id"] == BY_ID)


def _events(change: Change) -> list[int] | None:
    """Return the events that a group was set to have, None when they were not sent."""
    sent = change.links.get("events")
    return sent if isinstance(sent, list) else None


def _create_group(work: UnitOfWork, change: Change, by: Actor) -> Group:
    return actions.create_group(work, change.values, events=_events(change) or (), by=by)


def _update_group(work: UnitOfWork, change: Change, by: Actor) -> Group:
    return actions.update_group(work, change.row, change.values, events=_events(change), by=by)


GROUPS = Resource(
    type="group",
    model=Group,
    attributes=(
        Attribute("name", required=True, nullable=False),
        Attribute("about", clean=clean),
        Attribute("social-links"),
        Attribute("logo-url", kind="url"),
        Attribute("banner-url", kind="url"),
        Attribute("thumbnail-image-url", kind="url", read_only=True),
        Attribute("is-promoted", writable_by=ADMIN),
        Attribute("follower-count", kind="integer", sql=_follower_count),
        Attribute("created-at", read_only=True),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("user", type="user", writable="never"),
        # The reference gives it the address of the list of followers, which shows others as well.
        Through("follower", type="user-follow-group", many=False, on=_followed_by_caller),
    ),
    verbs={"create": _create_group, "update": _update_group},
)

# --- who runs them --------------------------------------------------------------------------------------------------


def _invite(work: UnitOfWork, change: Change, by: Actor) -> UsersGroupsRole:
    group, role = (cast(int, change.links[name]) for name in ("group", "role"))
    return actions.invite_to_group(work, group, role, change.values["email"], by=by)


def _leave(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.leave_group(work, change.row, by=by)


USERS_GROUPS_ROLES = Resource(
    type="users-groups-role",
    model=UsersGroupsRole,
    attributes=(
        Attribute("email", kind="email", required=True, nullable=False),
        Attribute("accepted", read_only=True),
        Attribute("token", read_only=True, readable_by=OF_GROUP_OWNER),
    ),
    relationships=(
        BelongsTo("group", type="group", required=True, inverse="roles", inverse_related="users-groups-roles"),
        BelongsTo("user", type="user", writable="never"),
        BelongsTo("role", type="role", required=True),
    ),
    collection=False,
    methods=frozenset({"list", "read", "create", "delete"}),
    verbs={"create": _invite, "delete": _leave},
)

# --- who follows them -----------------------------------------------------------------------------------------------


def _follow(work: UnitOfWork, change: Change, by: Actor) -> UserFollowGroup:
    return actions.follow(work, cast(int, change.links["group"]), by=by)


USER_FOLLOW_GROUPS = Resource(
    type="user-follow-group",
    model=UserFollowGroup,
    attributes=(Attribute("created-at", read_only=True),),
    relationships=(
        BelongsTo("group", type="group", required=True, inverse="followers"),
        BelongsTo("user", type="user", writable="never", inverse="followed-groups", inverse_readable_by=_ITSELF),
    ),
    collection=False,
    methods=frozenset({"list", "read", "create", "delete"}),
    verbs={"create": _follow},
)


def _groups_of(user: Any, group: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Join an account to the groups that it runs."""
    held = UsersGroupsRole.__table__.alias("running_part").c
    found = select(held.group_id).where(held.user_id == user["id"], held.accepted.is_(True))
    return group["id"].in_(found)


EXTENSIONS = (Extension(type="user", relationships=(Through("groups", type="group", on=_groups_of),)),)

# --- plain routes ---------------------------------------------------------------------------------------------------


def _caller(call: Call) -> Actor:
    return cast(Actor, call.by)


def _work(backend: Backend) -> AbstractContextManager[UnitOfWork]:
    return cast("AbstractContextManager[UnitOfWork]", backend.work())


def _group(work: UnitOfWork, call: Call, who: Who) -> Group:
    """Return the group in the path, for who may; raises NotFound, Forbidden."""
    row = _row(work, Group, call.params["group"])
    require(work.db, who, _caller(call), cast(Table, Group.__table__), row.id)
    return row


def _row(work: UnitOfWork, model: type[Any], key: str) -> Any:  # noqa: ANN401 -- a row of the model
    row = work.db.get(model, int(key)) if re.fullmatch(r"[0-9]{1,18}", key) else None
    if row is None or getattr(row, "deleted_at", None) is not None:
        raise NotFound(f"{model.__name__}: {key} not found", parameter="id")
    return row


def _event(work: UnitOfWork, group: Group, key: str) -> Event:
    """Return an event by its id or identifier; a stranger's draft is not there."""
    wanted = Event.id == int(key) if re.fullmatch(r"[0-9]{1,18}", key) else Event.identifier == key
    event = work.db.scalar(select(Event).where(wanted, Event.deleted_at.is_(None)))
    if event is None or (event.group_id != group.id and event.state != "published"):
        raise NotFound(f"Event: {key} not found", parameter="event_identifier")
    return event


def _text(found: object, pointer: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise invalid(pointer, "Missing data for required field.")
    return found


def _contact(call: Call, backend: Backend) -> Reply:
    text = _text(call.json().get("email"), "/email")
    with _work(backend) as work:
        actions.contact_group(work, _group(work, call, PUBLIC), text, by=_caller(call))
    return Reply({"success": True, "message": "Your question is on its way to the organizers."})


def _announce(call: Call, backend: Backend) -> Reply:
    with _work(backend) as work:
        group = _group(work, call, GROUP_OWNER)
        actions.announce_event(work, group, _event(work, group, call.params["event"]), by=_caller(call))
    return Reply({"success": True, "message": "The followers of the group are told."})


def _send_again(call: Call, backend: Backend) -> Reply:
    with _work(backend) as work:
        row = _row(work, UsersGroupsRole, call.params["id"])
        require(work.db, OF_GROUP_OWNER, _caller(call), cast(Table, UsersGroupsRole.__table__), row.id)
        actions.send_group_invite_again(work, row, by=_caller(call))
    return Reply({"success": True, "message": "The invitation was sent again."})


def _accept(call: Call, backend: Backend) -> Reply:
    data = call.json().get("data")
    token = _text(cast("dict[str, object]", data).get("token") if isinstance(data, dict) else None, "/data/token")
    with _work(backend) as work:
        taken = actions.accept_group_invite(work, token, by=_caller(call))
        names = (taken.user.first_name, taken.user.last_name)
        name = " ".join(filter(None, names)) or None
        return Reply({"email": taken.user.email, "group": taken.group_id, "name": name, "role": taken.role})


ENDPOINTS = (
    Endpoint("POST", "/v1/groups/<group>/contact-organizer", _contact, summary="Ask those who run a group"),
    Endpoint("GET", "/v1/groups/<group>/events/<event>/announce", _announce, summary="Announce an event"),
    Endpoint("POST", "/v1/groups/<group>/events/<event>/announce", _announce, summary="Announce an event to followers"),
    Endpoint("POST", "/v1/group-role-invites/<id>/resend-invite", _send_again, summary="Mail an invitation again"),
    Endpoint("POST", "/v1/users-groups-roles/accept-invite", _accept, summary="Accept an invitation to a group"),
)
RESOURCES = (GROUPS, USERS_GROUPS_ROLES, USER_FOLLOW_GROUPS)
