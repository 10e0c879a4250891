"""Events on the wire, and what an account has to do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from openevent.events import actions
from openevent.events.models import Event, UsersEventsRole
from openevent.events.resources.columns import columns
from openevent.events.roles import EVENT_COORGANIZER
from openevent.events.rules import ORGANIZING
from openevent.events.rules.catalogue import CURRENCIES, LANGUAGES, PAYMENT_COUNTRIES
from openevent.jsonapi.declare import Attribute, BelongsTo, Extension, Resource, Through
from openevent.kit.access import ADMIN, column_is_actor
from openevent.kit.html import clean

_ITSELF = column_is_actor("id", "oneself")


def _people(*roles: str) -> Callable[[Any, Any], ColumnElement[bool]]:
    """Join an event to the accounts that have one of these roles on it."""
    links = UsersEventsRole.__table__.c

    def on(event: Any, user: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
        held = select(links.user_id).where(links.event_id == event["id"], links.role_name.in_(roles))
        return user["id"].in_(held)

    return on


def _events(*roles: str) -> Callable[[Any, Any], ColumnElement[bool]]:
    """Join an account to the events on which it has one of these roles."""
    links = UsersEventsRole.__table__.c

    def on(user: Any, event: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
        held = select(links.event_id).where(links.user_id == user["id"], links.role_name.in_(roles))
        return event["id"].in_(held)

    return on


# --- events ---------------------------------------------------------------------------------------------------------

_EVENT_ATTRIBUTES = (
    Attribute("identifier", read_only=True),
    Attribute("name", required=True),
    Attribute("external-event-url", kind="url"),
    Attribute("starts-at", required=True),
    Attribute("ends-at", required=True),
    Attribute("timezone", required=True),
    Attribute("online"),
    Attribute("latitude", min=-90, max=90),
    Attribute("longitude", min=-180, max=180),
    Attribute("logo-url", kind="url"),
    Attribute("location-name"),
    Attribute("searchable-location-name"),
    Attribute("public-stream-link"),
    Attribute("stream-loop"),
    Attribute("stream-autoplay"),
    Attribute("description", clean=clean),
    Attribute("after-order-message", clean=clean),
    Attribute("original-image-url", kind="url"),
    Attribute("thumbnail-image-url", kind="url", read_only=True),
    Attribute("large-image-url", kind="url", read_only=True),
    Attribute("icon-image-url", kind="url", read_only=True),
    Attribute("show-remaining-tickets"),
    Attribute("owner-name"),
    Attribute("is-map-shown"),
    Attribute("is-oneclick-signup-enabled"),
    Attribute("has-owner-info"),
    Attribute("owner-description", clean=clean),
    Attribute("is-sessions-speakers-enabled"),
    Attribute("privacy", choices=("public", "private")),
    Attribute("state", choices=("published", "draft")),
    Attribute("ticket-url", kind="url"),
    Attribute("code-of-conduct", clean=clean),
    Attribute("schedule-published-on"),
    # What the front page makes of an event is the operator's business, not the organizer's.
    Attribute("is-featured", writable_by=ADMIN),
    Attribute("is-promoted", writable_by=ADMIN),
    Attribute("is-demoted", writable_by=ADMIN),
    Attribute("is-announced"),
    Attribute("is-ticket-form-enabled"),
    Attribute("is-cfs-enabled"),
    Attribute("payment-country", choices=PAYMENT_COUNTRIES),
    Attribute("payment-currency", choices=CURRENCIES),
    Attribute("paypal-email", kind="email"),
    Attribute("is-tax-enabled"),
    Attribute("is-billing-info-mandatory"),
    Attribute("is-donation-enabled"),
    Attribute("is-chat-enabled"),
    Attribute("is-videoroom-enabled"),
    Attribute("is-document-enabled"),
    Attribute("document-links"),
    Attribute("chat-room-name", read_only=True),
    Attribute("can-pay-by-paypal"),
    Attribute("can-pay-by-stripe"),
    Attribute("can-pay-by-cheque"),
    Attribute("can-pay-by-bank"),
    Attribute("can-pay-by-invoice"),
    Attribute("can-pay-onsite"),
    Attribute("can-pay-by-omise"),
    Attribute("can-pay-by-alipay"),
    Attribute("can-pay-by-paytm"),
    Attribute("cheque-details"),
    Attribute("invoice-details"),
    Attribute("bank-details"),
    Attribute("onsite-details"),
    Attribute("is-sponsors-enabled"),
    Attribute("created-at", read_only=True),
    Attribute("pentabarf-url", kind="url", read_only=True),
    Attribute("ical-url", kind="url", read_only=True),
    Attribute("xcal-url", kind="url", read_only=True),
    Attribute("refund-policy"),
    Attribute("is-stripe-linked", read_only=True),
    Attribute("is-badges-enabled"),
    # Ours, not of v1: what tickets and mails look and read like.
    Attribute("ticket-color", max_length=7),
    Attribute("ticket-paper-color", max_length=7),
    Attribute("ticket-note", max_length=600),
    Attribute("language", choices=LANGUAGES),
    Attribute("deleted-at"),
)

EVENTS = Resource(
    type="event",
    model=Event,
    second_key="identifier",
    attributes=_EVENT_ATTRIBUTES,
    relationships=(
        BelongsTo("event-type", type="event-type", inverse="events", writable="always"),
        BelongsTo("event-topic", type="event-topic", inverse="events", writable="always"),
        BelongsTo("event-sub-topic", type="event-sub-topic", inverse="events", writable="always"),
        BelongsTo("group", type="group", inverse="events", inverse_writable="always", writable="always"),
        Through("owner", type="user", many=False, on=_people("owner")),
        Through("organizers", type="user", on=_people("organizer")),
        Through("coorganizers", type="user", on=_people("coorganizer")),
        Through("track-organizers", type="user", on=_people("track_organizer"), readable_by=EVENT_COORGANIZER),
        Through("moderators", type="user", on=_people("moderator"), readable_by=EVENT_COORGANIZER),
        Through("registrars", type="user", on=_people("registrar"), readable_by=EVENT_COORGANIZER),
    ),
    verbs={
        "create": lambda work, change, by: actions.create_event(work, columns(change), by=by),
        "update": lambda work, change, by: actions.update_event(work, change.row, columns(change), by=by),
        "delete": lambda work, change, by: actions.delete_event(work, change.row, by=by, permanent=change.permanent),
    },
)

# --- the other side: what an account organizes ----------------------------------------------------------------------


def _of_user(name: str, *roles: str) -> Through:
    return Through(name, type="event", on=_events(*roles), readable_by=_ITSELF)


def _plays(role: str) -> Attribute:
    """Return the flag that says whether an account has this role on any event."""
    links = UsersEventsRole.__table__.c

    def on(user: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
        return exists(select(links.id).where(links.user_id == user["id"], links.role_name == role))

    return Attribute(f"is-user-{role.replace('_', '-')}", kind="boolean", sql=on, readable_by=_ITSELF)


EXTENSIONS = (
    Extension(
        type="user",
        attributes=tuple(
            _plays(role) for role in ("owner", "organizer", "coorganizer", "track_organizer", "moderator", "registrar")
        ),
        relationships=(
            _of_user("events", *ORGANIZING, "track_organizer", "moderator", "registrar"),
            _of_user("owner-events", "owner"),
            _of_user("organizer-events", "organizer"),
            _of_user("coorganizer-events", "coorganizer"),
            _of_user("track-organizer-events", "track_organizer"),
            _of_user("moderator-events", "moderator"),
            _of_user("registrar-events", "registrar"),
            _of_user("marketer-events", "marketer"),
            _of_user("sales-admin-events", "sales_admin"),
        ),
    ),
)

RESOURCES = (EVENTS,)
