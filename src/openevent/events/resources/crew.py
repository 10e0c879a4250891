"""Who runs what, on the wire: roles, invitations to them, and what clients are told about their rights."""

from __future__ import annotations

from typing import Any

from openevent.events import actions
from openevent.events.models import EventRolePermission, Role, RoleInvite, Service, UsersEventsRole
from openevent.events.resources.columns import columns
from openevent.events.roles import EVENT_COORGANIZER, ORGANIZER
from openevent.events.rules.invites import ROLE_NAMES, STATUSES
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Resource

ROLES = Resource(
    type="role",
    model=Role,
    attributes=(Attribute("name", required=True, max_length=40), Attribute("title-name")),
    verbs={
        "update": lambda work, change, by: actions.update_role(work, change.row, change.values, by=by),
        "delete": lambda work, change, by: actions.delete_role(work, change.row, by=by),
    },
)


def _give_role(work: Any, change: Change, by: Any) -> UsersEventsRole:  # noqa: ANN401 -- as the engine calls verbs
    event, user, role = (change.links[name] for name in ("event", "user", "role"))
    return actions.give_role(work, event, user, work.db.get_one(Role, role).name, by=by)  # pyright: ignore[reportArgumentType] -- to-one links are ids


def _change_role(work: Any, change: Change, by: Any) -> UsersEventsRole:  # noqa: ANN401 -- as the engine calls verbs
    role = change.links.get("role", change.row.role_id)
    return actions.change_role(work, change.row, work.db.get_one(Role, role).name, by=by)


USERS_EVENTS_ROLES = Resource(
    type="users-events-roles",
    model=UsersEventsRole,
    path="users-events-roles",
    attributes=(),
    relationships=(
        BelongsTo(
            "event",
            type="event",
            required=True,
            inverse="roles",
            inverse_related="users-events-roles",
            inverse_readable_by=EVENT_COORGANIZER,
        ),
        BelongsTo("user", type="user", required=True),
        BelongsTo("role", type="role", required=True, writable="always"),
    ),
    collection=False,
    aliases=(Alias(("GET",), "/v1/events/<event>/roles", "/v1/events/<event>/users-events-roles"),),
    verbs={
        "create": _give_role,
        "update": _change_role,
        "delete": lambda work, change, by: actions.take_role(work, change.row, by=by),
    },
)

ROLE_INVITES = Resource(
    type="role-invite",
    model=RoleInvite,
    methods=frozenset({"list", "read", "create", "delete"}),
    attributes=(
        Attribute("email", kind="email", required=True, nullable=False),
        Attribute("role-name", required=True, nullable=False, choices=ROLE_NAMES),
        Attribute("hash", read_only=True, readable_by=ORGANIZER),
        Attribute("status", read_only=True, choices=STATUSES),
        Attribute("created-at", read_only=True),
    ),
    relationships=(
        BelongsTo(
            "event",
            type="event",
            required=True,
            inverse="role-invites",
            inverse_readable_by=EVENT_COORGANIZER,
        ),
        BelongsTo("role", type="role", required=True),
    ),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.invite(work, columns(change), by=by),
        "delete": lambda work, change, by: actions.withdraw(work, change.row, by=by),
    },
)

SERVICES = Resource(
    type="service",
    model=Service,
    methods=frozenset({"list", "read", "update"}),
    attributes=(Attribute("name", required=True, nullable=False, max_length=40),),
)

EVENT_ROLE_PERMISSIONS = Resource(
    type="event-role-permissions",
    model=EventRolePermission,
    path="event-role-permissions",
    methods=frozenset({"list", "read", "update"}),
    attributes=tuple(Attribute(f"can-{verb}", nullable=False) for verb in ("create", "read", "update", "delete")),
    relationships=(
        BelongsTo("role", type="role", required=True, writable="always"),
        BelongsTo("service", type="service", required=True, writable="always"),
    ),
)

RESOURCES = (ROLES, USERS_EVENTS_ROLES, ROLE_INVITES, SERVICES, EVENT_ROLE_PERMISSIONS)
