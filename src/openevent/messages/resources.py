"""The type `email-notification`."""

from __future__ import annotations

from openevent.jsonapi.declare import Attribute, BelongsTo, Endpoint, Extension, Resource
from openevent.kit.access import column_is_actor
from openevent.messages.models import EmailNotification

_SUBJECTS = ("next-event", "new-paper", "session-accept-reject", "session-schedule", "after-ticket-purchase")

EMAIL_NOTIFICATIONS = Resource(
    type="email-notification",
    model=EmailNotification,
    integer_id=True,
    methods=frozenset({"list", "read", "update", "delete"}),
    attributes=(
        *(Attribute(name) for name in _SUBJECTS),
        Attribute("event-id", read_only=True),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event", writable="never"),
        BelongsTo(
            "user",
            type="user",
            writable="never",
            inverse="email-notifications",
            inverse_readable_by=column_is_actor("id", "oneself"),
        ),
    ),
)

RESOURCES = (EMAIL_NOTIFICATIONS,)
ENDPOINTS: tuple[Endpoint, ...] = ()
EXTENSIONS: tuple[Extension, ...] = ()
