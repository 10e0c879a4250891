"""The verbs of events: create, change, publish, hide, delete. Roles and the catalogue stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openevent.events import rules
from openevent.events.actions.catalogue import (
    add_place,
    create_named,
    delete_role,
    seed,
    update_named,
    update_role,
)
from openevent.events.actions.contact import contact_organizers
from openevent.events.actions.copying import copy_event
from openevent.events.actions.favourites import add_favourite
from openevent.events.actions.group_roles import (
    accept_group_invite,
    invite_to_group,
    leave_group,
    send_group_invite_again,
)
from openevent.events.actions.groups import (
    announce_event,
    check_group,
    contact_group,
    create_group,
    follow,
    leave_roof,
    update_group,
)
from openevent.events.actions.identifiers import new_identifier
from openevent.events.actions.invites import (
    Accepted,
    accept_invite,
    invite,
    invite_of,
    record_owner,
    send_again,
    withdraw,
)
from openevent.events.actions.notices import tell_invited
from openevent.events.actions.parts import (
    add_copyright,
    add_exhibitor,
    add_faq,
    add_social_link,
    add_sponsor,
    order_exhibitors,
    reset_exhibitors,
    update_copyright,
    update_exhibitor,
    update_faq,
)
from openevent.events.actions.pictures import make_event_sizes, make_exhibitor_thumbnail, make_group_thumbnail
from openevent.events.actions.roles import add_role, change_role, give_role, keep_team, take_role
from openevent.events.models import Event, EventTopic
from openevent.events.signals import (
    EventChanged,
    EventCreated,
    EventCurrencyChanged,
    EventDeleting,
    EventImageChanged,
    EventPublished,
    EventUnpublished,
)
from openevent.kit.access import SUPER, Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid
from openevent.kit.work import UnitOfWork
from openevent.people.queries import is_permitted
from openevent.people.rules import CREATE_EVENT, PUBLISH_EVENT
from openevent.site.queries import modules
from openevent.site.rules import NO_PAYMENTS

__all__ = [
    "Accepted",
    "accept_group_invite",
    "accept_invite",
    "add_copyright",
    "add_exhibitor",
    "add_faq",
    "add_favourite",
    "add_place",
    "add_social_link",
    "add_sponsor",
    "announce_event",
    "change_role",
    "contact_group",
    "contact_organizers",
    "copy_event",
    "create_event",
    "create_group",
    "create_named",
    "delete_event",
    "delete_role",
    "follow",
    "give_role",
    "invite",
    "invite_of",
    "invite_to_group",
    "keep_team",
    "leave_group",
    "leave_roof",
    "make_event_sizes",
    "make_exhibitor_thumbnail",
    "make_group_thumbnail",
    "order_exhibitors",
    "publish",
    "reset_exhibitors",
    "seed",
    "send_again",
    "send_group_invite_again",
    "take_role",
    "tell_invited",
    "unpublish",
    "update_copyright",
    "update_event",
    "update_exhibitor",
    "update_faq",
    "update_group",
    "update_named",
    "update_role",
    "withdraw",
]


class EventNameMissing(Conflict):
    """An event without a name can't go public."""

    code = "event-name-missing"


def create_event(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> Event:
    """Create an event, a draft unless said otherwise; whoever creates it owns it.

    `values` are columns of the event. Raises Forbidden for unverified accounts, Invalid for bad dates and zones.
    """
    _require_permitted(work, by, CREATE_EVENT, "create")
    _check_payments(work, {}, values)
    event = Event(**{"timezone": "UTC", "state": "draft", **values}, created_at=work.now)
    event.identifier = new_identifier(work)
    _check(work, event, by)
    event.chat_room_name = rules.chat_room_name(event.name, event.identifier)
    event.original_image_url = event.original_image_url or _image_of_topic(work, event)
    work.db.add(event)
    work.db.flush()
    if by.id is not None:
        owned = add_role(work, event.id, by.id, rules.OWNER)
        record_owner(work, owned, by=by)
    check_group(work, event, event.group_id, by)
    work.audit("event.create", _subject(event), by=by)
    work.announce(EventCreated(event.id))
    if event.original_image_url:
        work.announce(EventImageChanged(event.id, event.original_image_url))
    if event.state == "published":
        work.announce(EventPublished(event.id))
    return event


def update_event(work: UnitOfWork, event: Event, values: Mapping[str, Any], *, by: Actor) -> Event:
    """Change an event; only what is in `values` changes. Publishing and hiding happen here too."""
    before = {key: getattr(event, key) for key in values}
    _check_roof(work, event, values, by)
    _check_payments(work, before, values)
    for key, value in values.items():
        setattr(event, key, value)
    _check(work, event, by, was_published=before.get("state", event.state) == "published")
    if event.name != before.get("name", event.name):
        event.chat_room_name = rules.chat_room_name(event.name, event.identifier)
    if event.original_image_url != before.get("original_image_url", event.original_image_url):
        event.thumbnail_image_url = event.large_image_url = event.icon_image_url = None  # made of another picture
    work.db.flush()
    work.audit("event.update", _subject(event), by=by, changed=sorted(values))
    _announce_changes(work, event, before)
    return event


def publish(work: UnitOfWork, event: Event, *, by: Actor) -> Event:
    """Make an event visible to everyone."""
    return update_event(work, event, {"state": "published"}, by=by)


def unpublish(work: UnitOfWork, event: Event, *, by: Actor) -> Event:
    """Make an event a draft again."""
    return update_event(work, event, {"state": "draft"}, by=by)


def delete_event(work: UnitOfWork, event: Event, *, by: Actor, permanent: bool = False) -> None:
    """Hide an event, or remove it for good (staff alone). Reactions to EventDeleting may refuse."""
    if permanent and not by.is_staff:
        raise Forbidden("Only admins may delete for good.")
    work.announce(EventDeleting(event.id, is_permanent=permanent, by_super_admin=by.kind == SUPER))
    if permanent:
        work.db.delete(event)
    else:
        event.deleted_at = work.now
    work.db.flush()
    work.audit("event.delete", _subject(event), by=by, permanent=permanent)


def _subject(event: Event) -> str:
    return f"event:{event.id}"


def _check_roof(work: UnitOfWork, event: Event, values: Mapping[str, Any], by: Actor) -> None:
    if values.get("group_id", event.group_id) != event.group_id:
        check_group(work, event, values["group_id"], by)
        event.is_announced = False  # the followers of another group have not heard of it


def _check_payments(work: UnitOfWork, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    member = rules.switched_on(before, after)
    if member is not None and not modules(work.db).payment:
        raise Invalid(NO_PAYMENTS, pointer=f"/data/attributes/{member}")


def _require_permitted(work: UnitOfWork, by: Actor, name: str, verb: str) -> None:
    if not is_permitted(work.db, name, by):
        raise Forbidden(f"Please verify your e-mail address before you {verb} an event.")


def _check(work: UnitOfWork, event: Event, by: Actor, *, was_published: bool = False) -> None:
    faults = (
        rules.zone_fault(event.timezone),
        rules.date_fault(event.starts_at, event.ends_at),
        rules.document_fault(event.document_links) if event.is_document_enabled else None,
        rules.colour_fault("ticket-color", event.ticket_color),
        rules.colour_fault("ticket-paper-color", event.ticket_paper_color),
    )
    for fault in filter(None, faults):
        raise Invalid(fault.detail, pointer=fault.pointer)
    if event.state != "published":
        return
    if not rules.is_publishable(event.name):
        raise EventNameMissing("An event needs a name before it is published.", pointer="/data/attributes/name")
    if not was_published:
        _require_permitted(work, by, PUBLISH_EVENT, "publish")


def _image_of_topic(work: UnitOfWork, event: Event) -> str | None:
    topic = work.db.get(EventTopic, event.event_topic_id) if event.event_topic_id else None
    return topic.system_image_url if topic else None


def _announce_changes(work: UnitOfWork, event: Event, before: Mapping[str, Any]) -> None:
    changed = tuple(key for key, value in before.items() if getattr(event, key) != value)
    if "payment_currency" in changed:
        work.announce(EventCurrencyChanged(event.id, before["payment_currency"], event.payment_currency))
    if "state" in changed:
        work.announce(EventPublished(event.id) if event.state == "published" else EventUnpublished(event.id))
    if "original_image_url" in changed:
        work.announce(EventImageChanged(event.id, event.original_image_url))
    if changed:
        work.announce(EventChanged(event.id, changed))
