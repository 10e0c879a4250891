"""Feedback and favourite sessions on the wire."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from openevent.jsonapi.declare import Attribute, BelongsTo, Change, Extension, Resource, Through
from openevent.kit.access import ADMIN, column_is_actor
from openevent.people.permissions import PUBLIC_PROFILE
from openevent.programme import actions
from openevent.programme.models import Feedback, UserFavouriteSession
from openevent.programme.permissions import SHOWN_USER
from openevent.programme.resources.columns import columns

_ITSELF = column_is_actor("id", "oneself")


def _feedback_columns(change: Change) -> dict[str, Any]:
    """Name the event by its column: a feedback on a session has an event as well."""
    found = columns(change)
    return {"rated_event_id" if key == "event_id" else key: value for key, value in found.items()}


FEEDBACKS = Resource(
    type="feedback",
    model=Feedback,
    attributes=(
        Attribute("rating", required=True, min=1, max=5),
        Attribute("comment"),
        Attribute("deleted-at", read_only=True),
    ),
    relationships=(
        BelongsTo("event", type="event", column="rated_event_id", inverse="feedbacks"),
        BelongsTo("session", type="session", inverse="feedbacks"),
        BelongsTo("user", type="user", inverse="feedbacks"),
    ),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.give_feedback(work, _feedback_columns(change), by=by),
        "update": lambda work, change, by: actions.change_feedback(work, change.row, change.values, by=by),
        "delete": lambda work, change, by: actions.take_back_feedback(work, change.row, by=by),
    },
)

USER_FAVOURITE_SESSIONS = Resource(
    type="user-favourite-session",
    model=UserFavouriteSession,
    attributes=(),
    relationships=(
        BelongsTo(
            "session",
            type="session",
            inverse="favourites",
            inverse_related="user-favourite-sessions",
            required=True,
        ),
        BelongsTo(
            "user",
            type="user",
            inverse="favourite-sessions",
            inverse_related="user-favourite-sessions",
            related="/v1/favourite-sessions/<id>/user",
            writable="never",
            readable_by=SHOWN_USER,
            inverse_readable_by=_ITSELF | PUBLIC_PROFILE,
        ),
    ),
    unscoped=ADMIN,
    methods=frozenset({"list", "read", "create", "delete"}),
    verbs={"create": lambda work, change, by: actions.add_favourite(work, columns(change), by=by)},
)


def _on_event(event: Any, favourite: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    return favourite["event_id"] == event["id"]


EXTENSIONS = (
    Extension(
        type="event",
        relationships=(
            Through(
                "session-favourites",
                type="user-favourite-session",
                on=_on_event,
                related="user-favourite-sessions",
            ),
        ),
    ),
)
RESOURCES = (FEEDBACKS, USER_FAVOURITE_SESSIONS)
