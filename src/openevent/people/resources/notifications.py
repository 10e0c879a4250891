"""What accounts are told inside the product, and which kinds of it are on (v1 reference 20.9)."""

from __future__ import annotations

from openevent.jsonapi.declare import Attribute, BelongsTo, Call, Endpoint, Reply, Resource
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.people.models import Notification, NotificationSetting
from openevent.people.permissions import ONESELF

NOTIFICATIONS = Resource(
    type="notification",
    model=Notification,
    attributes=(
        Attribute("created-at", read_only=True),
        Attribute("received-at", column="created_at", read_only=True),  # what the web client sorts by
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


def _no_actions(_call: Call, _backend: Backend) -> Reply:
    """Say that notifications have no such relationship: v1 kept the route when it moved actions into `content`."""
    raise ApiError(
        404,
        "A notification has no relationship actions: what may be done about it stands in its content.",
        source={"source": ""},
        title="Relationship not found",
    )


_ACTIONS = "/v1/notifications/<id>/relationships/actions"
ENDPOINTS = (
    Endpoint("GET", _ACTIONS, _no_actions, summary="Always refused: actions stand in a notification's content"),
    Endpoint("PATCH", _ACTIONS, _no_actions, summary="Always refused: actions stand in a notification's content"),
)
