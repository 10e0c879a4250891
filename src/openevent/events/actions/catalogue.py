"""What admins maintain: kinds of events, topics, roles; and what every installation starts with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update

from openevent.events import rules
from openevent.events.models import (
    EventLocation,
    EventRolePermission,
    EventSubTopic,
    EventTopic,
    EventType,
    NamedPlace,
    Role,
    Service,
    UsersEventsRole,
)
from openevent.events.rules import catalogue
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork

Named = TypeVar("Named", EventType, EventTopic, EventSubTopic)


class PlaceKnown(Conflict):
    """Events or an admin have named this place already."""

    code = "place-known"


class RoleInUse(Conflict):
    """Somebody has this role."""

    code = "role-in-use"


def create_named(work: UnitOfWork, model: type[Named], values: Mapping[str, Any], *, by: Actor) -> Named:
    """Create a kind of event, a topic or a sub topic; its slug follows from its name."""
    row = model(**values)
    row.slug = _free_slug(work, row)
    work.db.add(row)
    work.db.flush()
    work.audit(f"{_kind(row)}.create", f"{_kind(row)}:{row.id}", by=by)
    return row


def update_named(work: UnitOfWork, row: Named, values: Mapping[str, Any], *, by: Actor) -> Named:
    """Change a kind of event, a topic or a sub topic; a new name makes a new slug."""
    renamed = values.get("name", row.name) != row.name
    for key, value in values.items():
        setattr(row, key, value)
    if renamed:
        row.slug = _free_slug(work, row)
    work.db.flush()
    work.audit(f"{_kind(row)}.update", f"{_kind(row)}:{row.id}", by=by)
    return row


def add_place(work: UnitOfWork, name: str, *, by: Actor) -> EventLocation:
    """Offer a place that no event may have named yet; raises PlaceKnown."""
    name = name.strip()
    if not name:
        raise Invalid("A place needs a name.", pointer="/data/attributes/name")
    known = EventLocation.__table__.c.name
    if work.db.scalar(select(known).where(func.lower(known) == name.lower()).limit(1)) is not None:
        raise PlaceKnown("There is such a place already.", pointer="/data/attributes/name")
    row = NamedPlace(name=name)
    work.db.add(row)
    work.db.flush()
    work.audit("event-location.create", f"event-location:{row.id}", by=by, name=name)
    return EventLocation(row)


def update_role(work: UnitOfWork, role: Role, values: Mapping[str, Any], *, by: Actor) -> Role:
    """Change a role. The names of the built-in ones carry permissions, so only their titles change."""
    name = values.get("name", role.name)
    if name != role.name and role.name in catalogue.BUILT_IN_ROLES:
        raise Forbidden("A built-in role can't be renamed.", pointer="/data/attributes/name")
    for key, value in values.items():
        setattr(role, key, value)
    work.db.execute(update(UsersEventsRole).where(UsersEventsRole.role_id == role.id).values(role_name=name))
    work.audit("role.update", f"role:{role.id}", by=by)
    return role


def delete_role(work: UnitOfWork, role: Role, *, by: Actor) -> None:
    """Remove a role that is neither built in nor held by anybody."""
    if role.name in catalogue.BUILT_IN_ROLES:
        raise Forbidden("A built-in role can't be deleted.")
    holders = select(func.count()).select_from(UsersEventsRole).where(UsersEventsRole.role_id == role.id)
    if work.db.scalar(holders):
        raise RoleInUse("Somebody has this role.")
    work.db.delete(role)
    work.audit("role.delete", f"role:{role.id}", by=by)


def role_named(work: UnitOfWork, name: str) -> Role:
    """Return a role by its name; a built-in one that is missing yet is made."""
    found = work.db.scalar(select(Role).where(Role.name == name))
    if found is not None:
        return found
    titles = dict(catalogue.ROLES)
    if name not in titles:
        raise NotFound(f"There is no role {name!r}.", pointer="/data/relationships/role")
    role = Role(name=name, title_name=titles[name])
    work.db.add(role)
    work.db.flush()
    return role


def seed(work: UnitOfWork) -> None:
    """Put in what every installation starts with. Safe to run again: what admins changed since stays as it is."""
    _seed_roles(work)
    if _is_empty(work, EventType):
        work.db.add_all(EventType(name=name, slug=rules.slug(name)) for name in catalogue.EVENT_TYPES)
        work.db.flush()
    if _is_empty(work, EventTopic):
        _seed_topics(work)
    if _is_empty(work, Service):
        _seed_rights(work)


def _seed_roles(work: UnitOfWork) -> None:
    known = set(work.db.scalars(select(Role.name)))
    work.db.add_all(Role(name=name, title_name=title) for name, title in catalogue.ROLES if name not in known)
    work.db.flush()


def _seed_rights(work: UnitOfWork) -> None:
    services = {name: Service(name=name) for name in catalogue.SERVICES}
    work.db.add_all(services.values())
    work.db.flush()
    roles = {role.name: role.id for role in work.db.scalars(select(Role))}
    work.db.execute(
        insert(EventRolePermission),
        [
            {"role_id": roles[role], "service_id": services[name].id, **_verbs(letters)}
            for role, rights in catalogue.RIGHTS.items()
            for name, letters in rights.items()
        ],
    )


def _verbs(letters: str) -> dict[str, bool]:
    return {f"can_{verb}": verb[0] in letters for verb in ("create", "read", "update", "delete")}


def _seed_topics(work: UnitOfWork) -> None:
    topics = {name: EventTopic(name=name, slug=rules.slug(name)) for name in catalogue.EVENT_TOPICS}
    work.db.add_all(topics.values())
    work.db.flush()
    work.db.execute(
        insert(EventSubTopic),
        [
            {"name": part, "slug": rules.slug(part), "event_topic_id": topics[name].id}
            for name, parts in catalogue.EVENT_TOPICS.items()
            for part in parts
        ],
    )


def _is_empty(work: UnitOfWork, model: type[EventType | EventTopic | Service]) -> bool:
    return work.db.scalar(select(model.id).limit(1)) is None


def _free_slug(work: UnitOfWork, row: EventType | EventTopic | EventSubTopic) -> str:
    wanted = rules.slug(row.name)
    if not wanted:
        raise Invalid("A name needs at least one letter or digit.", pointer="/data/attributes/name")
    model = type(row)
    taken = select(model.id).where(model.slug == wanted, model.id != (row.id or 0))
    if isinstance(row, EventSubTopic):
        taken = taken.where(EventSubTopic.event_topic_id == row.event_topic_id)
    return wanted if work.db.scalar(taken) is None else f"{wanted}-{secrets.token_hex(3)}"


def _kind(row: EventType | EventTopic | EventSubTopic) -> str:
    return {EventType: "event-type", EventTopic: "event-topic", EventSubTopic: "event-sub-topic"}[type(row)]
