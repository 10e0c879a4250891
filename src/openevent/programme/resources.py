"""Sessions, speakers and what they are sorted by, on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from openevent.events.roles import COORGANIZER
from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Call,
    Change,
    Endpoint,
    Extension,
    ManyToMany,
    Reply,
    Resource,
    Through,
)
from openevent.kit.access import column_is_actor
from openevent.kit.html import clean
from openevent.programme import actions, rules
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions
from openevent.programme.permissions import CONTACTS

_LEVELS = ("Beginner", "Intermediate", "Advanced", "Expert")
_GENDERS = (
    "Man",
    "Woman",
    "Transgender",
    "Non-binary",
    "Genderqueer",
    "An identity not listed here",
    "I prefer not to say",
)
_URLS = ("website", "twitter", "facebook", "github", "linkedin", "instagram", "mastodon")
_ITSELF = column_is_actor("id", "oneself")


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    links = {f"{key}_id": to for key, to in change.links.items() if not isinstance(to, list)}
    return {**change.values, **links}


# --- sessions --------------------------------------------------------------------------------------------------------


def _create_session(work: Any, change: Change, by: Any) -> Session:  # noqa: ANN401 -- as the engine calls verbs
    return actions.create_session(work, _columns(change), speakers=_ids(change, "speakers") or (), by=by)


def _update_session(work: Any, change: Change, by: Any) -> Session:  # noqa: ANN401 -- as the engine calls verbs
    return actions.update_session(work, change.row, _columns(change), speakers=_ids(change, "speakers"), by=by)


def _delete_session(work: Any, change: Change, by: Any) -> None:  # noqa: ANN401 -- as the engine calls verbs
    actions.delete_session(work, change.row, by=by, permanent=change.permanent)


def _ids(change: Change, name: str) -> list[int] | None:
    """Return the ids that a to-many relationship was set to, None when it was not sent."""
    sent = change.links.get(name)
    return sent if isinstance(sent, list) else None


SESSIONS = Resource(
    type="session",
    model=Session,
    attributes=(
        Attribute("title", required=True),
        Attribute("subtitle"),
        Attribute("level", choices=_LEVELS),
        Attribute("short-abstract", clean=clean),
        Attribute("long-abstract", clean=clean),
        Attribute("comments", clean=clean),
        Attribute("starts-at"),
        Attribute("ends-at"),
        Attribute("language"),
        Attribute("slides-url", kind="url"),
        Attribute("slides"),
        *(Attribute(name, kind="url") for name in (*_URLS, "gitlab")),
        Attribute("video-url", kind="url"),
        Attribute("audio-url", kind="url"),
        Attribute("signup-url", kind="url"),
        Attribute("state", choices=rules.STATES),
        Attribute("created-at", read_only=True),
        Attribute("submitted-at", read_only=True),
        Attribute("is-mail-sent", writable_by=COORGANIZER),
        Attribute("is-locked"),
        Attribute("last-modified-at", read_only=True),
        Attribute("send-email", kind="boolean", write_only=True),
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
    ),
    verbs={"create": _create_session, "update": _update_session, "delete": _delete_session},
)

# --- speakers --------------------------------------------------------------------------------------------------------


def _create_speaker(work: Any, change: Change, by: Any) -> Speaker:  # noqa: ANN401 -- as the engine calls verbs
    return actions.create_speaker(work, _columns(change), sessions=_ids(change, "sessions") or (), by=by)


def _update_speaker(work: Any, change: Change, by: Any) -> Speaker:  # noqa: ANN401 -- as the engine calls verbs
    return actions.update_speaker(work, change.row, _columns(change), sessions=_ids(change, "sessions"), by=by)


SPEAKERS = Resource(
    type="speaker",
    model=Speaker,
    attributes=(
        Attribute("name", required=True),
        Attribute("email", kind="email", readable_by=CONTACTS),
        *(Attribute(f"{size}-url", kind="url") for size in ("photo", "thumbnail-image", "small-image", "icon-image")),
        Attribute("short-biography", clean=clean),
        Attribute("long-biography", clean=clean),
        Attribute("speaking-experience", clean=clean),
        Attribute("mobile", readable_by=CONTACTS),
        *(Attribute(name, kind="url") for name in _URLS),
        Attribute("organisation"),
        Attribute("is-featured", writable_by=COORGANIZER),
        Attribute("is-email-overridden"),
        Attribute("position"),
        Attribute("country"),
        Attribute("city"),
        Attribute("address", readable_by=CONTACTS),
        Attribute("gender", choices=_GENDERS),
        Attribute("order", writable_by=COORGANIZER),
        Attribute("heard-from", readable_by=CONTACTS),
        Attribute("sponsorship-required", clean=clean, readable_by=CONTACTS),
        Attribute("complex-field-values", readable_by=CONTACTS),
        Attribute("speaker-positions"),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="speakers", required=True),
        BelongsTo("user", type="user", inverse="speakers", writable="never", inverse_readable_by=_ITSELF),
    ),
    collection=False,
    verbs={"create": _create_speaker, "update": _update_speaker},
)

# --- what sessions are sorted by -------------------------------------------------------------------------------------


def _part_verbs(model: Any) -> Mapping[str, Callable[[Any, Change, Any], Any]]:  # noqa: ANN401 -- one of three models
    return {
        "create": lambda work, change, by: actions.create_part(work, model, _columns(change), by=by),
        "update": lambda work, change, by: actions.update_part(work, change.row, _columns(change), by=by),
    }


TRACKS = Resource(
    type="track",
    model=Track,
    attributes=(
        Attribute("name", required=True),
        Attribute("description"),
        Attribute("color", required=True),
        Attribute("font-color", read_only=True),
        Attribute("position"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="tracks", required=True),),
    verbs=_part_verbs(Track),
)

MICROLOCATIONS = Resource(
    type="microlocation",
    model=Microlocation,
    attributes=(
        Attribute("name", required=True),
        Attribute("latitude", min=-90, max=90),
        Attribute("longitude", min=-180, max=180),
        Attribute("floor"),
        Attribute("hidden-in-scheduler"),
        Attribute("chat-room-name", read_only=True),
        Attribute("is-chat-enabled"),
        Attribute("is-global-event-room"),
        Attribute("position"),
        Attribute("room"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="microlocations", required=True),),
    collection=False,
    verbs=_part_verbs(Microlocation),
)

SESSION_TYPES = Resource(
    type="session-type",
    model=SessionType,
    attributes=(
        Attribute("name", required=True),
        Attribute("length", required=True),
        Attribute("position"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="session-types", required=True),),
    collection=False,
    verbs=_part_verbs(SessionType),
)

# --- the other side, and the state table -----------------------------------------------------------------------------


def _sessions_of(user: Any, session: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Join an account to the sessions that it handed in or speaks in."""
    links, speakers = speakers_sessions.c, Speaker.__table__.c
    spoken = select(links.session_id).join(Speaker, speakers.id == links.speaker_id)
    spoken = spoken.where(speakers.user_id == user["id"], speakers.deleted_at.is_(None))
    return or_(session["creator_id"] == user["id"], session["id"].in_(spoken))


EXTENSIONS = (
    Extension(type="user", relationships=(Through("sessions", type="session", on=_sessions_of, readable_by=_ITSELF),)),
)


def _states(_call: Call, _backend: Any) -> Reply:  # noqa: ANN401 -- as the engine calls handlers
    sides = {"organizer": rules.ORGANIZER_MOVES, "speaker": rules.SPEAKER_MOVES}
    return Reply({side: {old: dict.fromkeys(new, True) for old, new in moves.items()} for side, moves in sides.items()})


RESOURCES = (SESSIONS, SPEAKERS, TRACKS, MICROLOCATIONS, SESSION_TYPES)
ENDPOINTS = (
    Endpoint("GET", "/v1/sessions/states", _states, auth=False, summary="Which state a session may go to, and by whom"),
)
