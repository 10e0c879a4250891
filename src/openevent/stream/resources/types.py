"""The types of video: channels, streams, recordings, moderators, interpretation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, case, literal, select

from openevent.jsonapi.declare import Alias, Attribute, BelongsTo, Change, Extension, ManyToMany, Resource, Through
from openevent.kit.access import ADMIN, Actor
from openevent.kit.work import UnitOfWork
from openevent.site.rules import MASK
from openevent.stream import actions
from openevent.stream.models import (
    TranslationChannel,
    VideoChannel,
    VideoRecording,
    VideoStream,
    VideoStreamModerator,
    video_stream_rooms,
)

Columns = Mapping[str, ColumnElement[Any]]
_COLUMNS = {"event": "main_event_id", "video_channel": "channel_id", "channel": "channel_id"}
_ALL = ("GET", "POST", "PATCH", "DELETE")
_LINKED = "/v1/translation_channel/<row>/relationships"
_TRANSLATION = "/v1/translation_channels/<row>/relationships"


def _columns(change: Change) -> dict[str, Any]:
    """Join what a write says about attributes and to-one relationships: columns of the row."""
    links = {key: to for key, to in change.links.items() if not isinstance(to, list)}
    return {**change.values, **{_COLUMNS.get(key, f"{key}_id"): to for key, to in links.items()}}


def _rooms(change: Change) -> list[int] | None:
    return cast("list[int] | None", change.links.get("rooms"))


def _save_channel(work: UnitOfWork, change: Change, by: Actor) -> VideoChannel:
    return actions.save_channel(work, change.row, _columns(change), by=by)


def _masked(row: Columns) -> ColumnElement[Any]:
    """Return whether there is a key, never which; the mask sent back leaves it as it is."""
    return case((row["api_key"].is_not(None), literal(MASK)), else_=None)


CHANNELS = Resource(
    type="video-channel",
    model=VideoChannel,
    attributes=(
        Attribute("name", required=True),
        Attribute("provider", required=True),
        Attribute("url", kind="url", required=True),
        Attribute("api-url", kind="url"),
        Attribute("created-at", read_only=True),
        Attribute("modified-at", read_only=True),
        Attribute("api-key", kind="string", sql=_masked, writable=True, readable_by=ADMIN),
        Attribute("extra", readable_by=ADMIN),
    ),
    verbs={"create": _save_channel, "update": _save_channel},
)


def _create_stream(work: UnitOfWork, change: Change, by: Actor) -> VideoStream:
    return actions.create_stream(work, _columns(change), rooms=_rooms(change) or (), by=by)


def _update_stream(work: UnitOfWork, change: Change, by: Actor) -> VideoStream:
    return actions.update_stream(work, change.row, _columns(change), rooms=_rooms(change), by=by)


STREAMS = Resource(
    type="video-stream",
    model=VideoStream,
    attributes=(
        Attribute("name", required=True),
        Attribute("url", kind="url", required=True),
        Attribute("bg-img-url"),
        Attribute("password"),
        Attribute("additional-information"),
        Attribute("extra"),
        Attribute("is-chat-enabled"),
        Attribute("is-global-event-room"),
        Attribute("chat-room-name", read_only=True),
    ),
    relationships=(
        ManyToMany(
            "rooms", type="microlocation", link=video_stream_rooms, left="video_stream_id", right="microlocation_id"
        ),
        BelongsTo(
            "event",
            type="event",
            column="main_event_id",
            inverse="video-stream",
            inverse_many=False,
            writable="always",
        ),
        BelongsTo("video-channel", type="video-channel", column="channel_id", writable="always"),
    ),
    verbs={"create": _create_stream, "update": _update_stream},
    aliases=(
        Alias(("GET", "PATCH", "DELETE"), "/v1/events/<event>/chatmosphere", "/v1/events/<event>/video-stream"),
        Alias(
            ("GET",),
            "/v1/video-streams/<stream>/relationships/video-stream-moderators",
            "/v1/video-streams/<stream>/relationships/moderators",
        ),
    ),
)


def _delete_recording(work: UnitOfWork, change: Change, by: Actor) -> None:
    actions.delete_recording(work, change.row, by=by)


RECORDINGS = Resource(
    type="video-recording",
    model=VideoRecording,
    methods=frozenset({"list", "read", "delete"}),
    attributes=(
        Attribute("bbb-record-id"),
        Attribute("participants"),
        Attribute("url", kind="url"),
        Attribute("start-time"),
        Attribute("end-time"),
    ),
    relationships=(BelongsTo("video-stream", type="video-stream", inverse="video-recordings", writable="never"),),
    verbs={"delete": _delete_recording},
)


def _invite(work: UnitOfWork, change: Change, by: Actor) -> VideoStreamModerator:
    stream = cast(int, change.links["video_stream"])
    return actions.invite_moderator(work, video_stream_id=stream, email=change.values["email"], by=by)


def _change_moderator(work: UnitOfWork, change: Change, by: Actor) -> VideoStreamModerator:
    return actions.change_moderator(work, change.row, email=change.values.get("email"), by=by)


def _same_address(one: Columns, other: Columns) -> ColumnElement[bool]:
    return one["email"] == other["email"]


MODERATORS = Resource(
    type="video-stream-moderator",
    model=VideoStreamModerator,
    attributes=(Attribute("email", kind="email", required=True),),
    relationships=(
        Through("user", type="user", on=_same_address, many=False),
        BelongsTo(
            "video-stream",
            type="video-stream",
            inverse="moderators",
            inverse_related="video-stream-moderators",
            required=True,
        ),
    ),
    verbs={"create": _invite, "update": _change_moderator},
    aliases=(
        Alias(
            ("GET", "PATCH", "DELETE"),
            "/v1/video-stream-moderator/<moderator>/user",
            "/v1/video-stream-moderators/<moderator>/user",
        ),
    ),
)


def _save_translation(work: UnitOfWork, change: Change, by: Actor) -> TranslationChannel:
    return actions.save_translation(work, change.row, _columns(change), by=by)


TRANSLATIONS = Resource(
    type="translation_channel",
    path="translation_channels",
    model=TranslationChannel,
    integer_id=True,
    attributes=(Attribute("name", required=True), Attribute("url", kind="url", required=True)),
    relationships=(
        BelongsTo(
            "video-stream",
            type="video-stream",
            inverse="translation-channels",
            inverse_related="translation_channels",
            inverse_hidden=True,
            required=True,
        ),
        BelongsTo("channel", type="video-channel", writable="always"),
    ),
    verbs={"create": _save_translation, "update": _save_translation},
    aliases=(
        Alias(_ALL, f"{_LINKED}/video-stream", f"{_TRANSLATION}/video-stream"),
        Alias(_ALL, f"{_LINKED}/channels", f"{_TRANSLATION}/channel"),
    ),
)

RESOURCES = (CHANNELS, STREAMS, RECORDINGS, MODERATORS, TRANSLATIONS)


def _seen_there(room: Columns, stream: Columns) -> ColumnElement[bool]:
    links = video_stream_rooms.alias("seen_there").c
    return stream["id"].in_(select(links.video_stream_id).where(links.microlocation_id == room["id"]))


EXTENSIONS = (
    Extension(
        "microlocation", relationships=(Through("video-stream", type="video-stream", on=_seen_there, many=False),)
    ),
    Extension(
        "user",
        relationships=(
            Through("video-stream-moderators", type="video-stream-moderator", on=_same_address, hidden=True),
        ),
    ),
)
