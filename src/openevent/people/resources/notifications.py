"""What accounts are told inside the product, and which kinds of it are on (v1 reference 20.9)."""

from __future__ import annotations

from openevent.jsonapi.declare import Attribute, BelongsTo, Resource
from openevent.people.models import Notification, NotificationSetting
from openevent.people.permissions import ONESELF

NOTIFICATIONS = Resource(
    type="notification",
    model=Notification,
    attributes=(
        Attribute("created-at", read_only=True),
        Attribute("is-read", nullable=False),
        Attribute("content", read_only=True),
    ),
    relationships=(
        BelongsTo("user", type="user", writable="never", inverse="notifications", inverse_readable_by=ONESELF),
    ),
    methods=frozenset({"list", "read", "update", "delete"}),
    default_sort="-created-at",
)

NOTIFICATION_SETTINGS = Resource(
    type="notification-setting",
    model=NotificationSetting,
    attributes=(Attribute("type", read_only=True), Attribute("enabled", nullable=False)),
    methods=frozenset({"list", "read", "update"}),
)
