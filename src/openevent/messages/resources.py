"""The type `email-notification`."""

from __future__ import annotations

from typing import cast

from openevent.jsonapi.declare import Attribute, BelongsTo, Call, Endpoint, Extension, Reply, Resource
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.shapes import FLAG, TEXT, Told, record, with_bodies
from openevent.kit.access import column_is_actor
from openevent.kit.work import UnitOfWork
from openevent.messages import actions
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


def _decline(call: Call, backend: Backend) -> Reply:
    """Answer the one click of a mail program: it has no account and no cookie, only the link."""
    with backend.work() as opened:
        actions.decline(cast(UnitOfWork, opened), call.params["token"])
    return Reply({"status": True, "message": "You will get no more mails of this kind."})


def _ask(call: Call, _backend: Backend) -> Reply:
    """Send people, who follow the link, to a page that asks; following alone declines nothing."""
    return Reply({}, status=303, headers={"Location": f"/unsubscribe/{call.params['token']}"})


_LINK = "/v1/unsubscribe/<token>"
_CLICK = record({"List-Unsubscribe?": TEXT})
_TOLD = {
    f"POST {_LINK}": Told(_CLICK, record({"status": FLAG, "message": TEXT}), takes="application/x-www-form-urlencoded"),
    f"GET {_LINK}": Told(),
}
_ENDPOINTS = (
    Endpoint("POST", _LINK, _decline, auth=False, summary="No more mails of a kind, by the link in one (RFC 8058)"),
    Endpoint("GET", _LINK, _ask, auth=False, summary="To the page that asks whether that is meant"),
)
ENDPOINTS: tuple[Endpoint, ...] = with_bodies(_ENDPOINTS, _TOLD)
EXTENSIONS: tuple[Extension, ...] = ()
