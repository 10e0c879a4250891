"""Sessions on the wire."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from openevent.events.roles import COORGANIZER
from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Extension, ManyToMany, Resource, Through
from openevent.kit.access import BY_ID, column_is_actor
from openevent.kit.html import clean
from openevent.programme import actions, rules
from openevent.programme.models import (
    Feedback,
    Session,
    Speaker,
    UserFavouriteSession,
    exhibitors_sessions,
    speakers_sessions,
)
from openevent.programme.resources.columns import columns, linked_ids

LEVELS = ("Beginner", "Intermediate", "Advanced", "Expert")
_URLS = ("website", "twitter", "facebook", "github", "linkedin", "instagram", "mastodon", "gitlab")
_ITSELF = column_is_actor("id", "oneself")


def _average_rating(session: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    rating = Feedback.__table__.alias("rating")
    found = select(func.coalesce(func.avg(rating.c.rating), 0.0))
    return found.where(rating.c.session_id == session["id"], rating.c.deleted_at.is_(None)).scalar_subquery()


def _rating_count(session: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    rating = Feedback.__table__.alias("counted_rating")
    found = select(func.count(rating.c.id))
    return found.where(rating.c.session_id == session["id"], rating.c.deleted_at.is_(None)).scalar_subquery()


def _favourite_count(session: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- columns by name
    favourite = UserFavouriteSession.__table__.alias("counted_favourite")
    return select(func.count(favourite.c.id)).where(favourite.c.session_id == session["id"]).scalar_subquery()


def _own_favourite(session: Any, favourite: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    return (favourite["session_id"] == session["id"]) & (favourite["user_id"] == BY_ID)


def _create_session(work: Any, change: Change, by: Any) -> Session:  # noqa: ANN401 -- as the engine calls verbs
    return actions.create_session(work, columns(change), speakers=linked_ids(change, "speakers") or (), by=by)


def _update_session(work: Any, change: Change, by: Any) -> Session:  # noqa: ANN401 -- as the engine calls verbs
    return actions.update_session(work, change.row, columns(change), speakers=linked_ids(change, "speakers"), by=by)


def _delete_session(work: Any, change: Change, by: Any) -> None:  # noqa: ANN401 -- as the engine calls verbs
    actions.delete_session(work, change.row, by=by, permanent=change.permanent)


SESSIONS = Resource(
    type="session",
    model=Session,
    attributes=(
        Attribute("title", required=True),
        Attribute("subtitle"),
        Attribute("level", choices=LEVELS),
        Attribute("short-abstract", clean=clean),
        Attribute("long-abstract", clean=clean),
        Attribute("comments", clean=clean),
        Attribute("starts-at"),
        Attribute("ends-at"),
        Attribute("language"),
        Attribute("slides-url", kind="url"),
        Attribute("slides"),
        *(Attribute(name, kind="url") for name in _URLS),
        Attribute("video-url", kind="url"),
        Attribute("audio-url", kind="url"),
        Attribute("signup-url", kind="url"),
        Attribute("state", choices=rules.STATES),
        Attribute("created-at", read_only=True),
        Attribute("submitted-at", writable_by=COORGANIZER),
        Attribute("is-mail-sent", writable_by=COORGANIZER),
        Attribute("is-locked"),
        Attribute("last-modified-at", read_only=True),
        Attribute("send-email", kind="boolean", write_only=True),
        Attribute("average-rating", kind="float", sql=_average_rating),
        Attribute("rating-count", kind="integer", sql=_rating_count),
        Attribute("favourite-count", kind="integer", sql=_favourite_count),
        Attribute("complex-field-values"),
        Attribute("deleted-at", read_only=True),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="sessions", required=True),
        BelongsTo("track", type="track", inverse="sessions", writable="always"),
        BelongsTo("microlocation", type="microlocation", inverse="sessions", writable="always"),
        BelongsTo("session-type", type="session-type", inverse="sessions", writable="always"),
        BelongsTo("creator", type="user", writable="never"),
        ManyToMany(
            "speakers",
            type="speaker",
            link=speakers_sessions,
            left="session_id",
            right="speaker_id",
            inverse="sessions",
        ),
        Through("favourite", type="user-favourite-session", on=_own_favourite, many=False),
    ),
    aliases=(
        Alias(("GET",), "/v1/sessions/<id>/favourites", "/v1/sessions/<id>/user-favourite-sessions"),
        Alias(
            ("GET", "POST", "PATCH", "DELETE"),
            "/v1/sessions/<id>/relationships/favourite-sessions",
            "/v1/sessions/<id>/relationships/favourites",
        ),
    ),
    verbs={"create": _create_session, "update": _update_session, "delete": _delete_session},
)


def _sessions_of(user: Any, session: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Join an account to the sessions that it handed in or speaks in."""
    links, speakers = speakers_sessions.c, Speaker.__table__.c
    spoken = select(links.session_id).join(Speaker, speakers.id == links.speaker_id)
    spoken = spoken.where(speakers.user_id == user["id"], speakers.deleted_at.is_(None))
    return or_(session["creator_id"] == user["id"], session["id"].in_(spoken))


def _keep_exhibitor_sessions(work: Any, change: Change, row: Any, by: Any) -> None:  # noqa: ANN401 -- as the engine calls it
    sessions = linked_ids(change, "sessions")
    if sessions is not None:
        actions.set_exhibitor_sessions(work, row, sessions, by=by)


EXTENSIONS = (
    Extension(type="user", relationships=(Through("sessions", type="session", on=_sessions_of, readable_by=_ITSELF),)),
    Extension(
        type="exhibitor",
        relationships=(
            ManyToMany(
                "sessions",
                type="session",
                link=exhibitors_sessions,
                left="exhibitor_id",
                right="session_id",
                inverse="exhibitors",
                inverse_writable="never",
            ),
        ),
        after=_keep_exhibitor_sessions,
    ),
)
RESOURCES = (SESSIONS,)
