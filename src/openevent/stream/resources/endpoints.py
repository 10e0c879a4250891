"""The plain routes of video: joining, chat, whether there is any, and coming and going."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from msgspec import Struct
from sqlalchemy import Integer, Table, select, true

from openevent.events.models import Event
from openevent.events.roles import EVENT_CREW, PUBLISHED
from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor, allows, literal_row
from openevent.kit.errors import Unavailable
from openevent.kit.outbound import ServerUnreachable
from openevent.kit.services import Services
from openevent.kit.work import UnitOfWork
from openevent.people.models import User
from openevent.people.rules import display_name
from openevent.programme.models import Microlocation
from openevent.site.models import Setting
from openevent.stream import actions, queries, rules
from openevent.stream.models import VideoStream
from openevent.stream.providers import jitsi
from openevent.stream.providers.rocketchat import Account, RocketChat
from openevent.stream.roles import MANAGER, VIEWER

_ALWAYS = datetime(9998, 1, 1, tzinfo=UTC)  # passwords in the chat are derived from this, and never change
_STREAMS = cast(Table, VideoStream.__table__)


class StreamUnconfigured(Unavailable):
    """The provider of this video has no address or no secret here."""

    code = "stream-unconfigured"


class Waiting(Protocol):
    """A backend that lets others work while this thread waits for another server."""

    def waiting(self) -> AbstractContextManager[None]:
        """Say that this thread waits."""
        ...


# --- joining ---------------------------------------------------------------------------------------------------------


def _join(call: Call, backend: Backend) -> Reply:
    """Say where somebody's browser enters the video."""
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        stream = _stream(work, call.params["stream"], call.by)
        manages = allows(work.db, MANAGER, call.by, _STREAMS, stream.id)
        channel = queries.channel_of(work.db, stream)
        provider = channel.provider.lower() if channel else ""
        if provider == rules.BBB:
            server = actions.server_of(work.services.outbound, channel)
            meeting = actions.meeting_of(work, stream)
            options: dict[str, Any] = (stream.extra or {}).get("bbb_options") or {}
            title = stream.name
        elif provider == rules.JITSI and channel and channel.api_key:
            app = str((channel.extra or {}).get("app_id") or "openevent")
            url = jitsi.join_address(
                stream.url,
                app_id=app,
                secret=channel.api_key,
                name=_name(work, call.by),
                user=str(call.by.id),
                is_moderator=manages,
                now=work.now,
            )
            return Reply({"url": url})
        else:
            return Reply({"url": stream.url})
        name = _name(work, call.by)
    if server is None:
        raise StreamUnconfigured("The video server of this stream is not set up.")
    with cast(Waiting, backend).waiting():
        server.create(_meeting(meeting, title, options))
    password = meeting["moderator" if manages else "attendee"]
    return Reply(
        {"url": server.join_address(meeting=meeting["id"], name=name, password=password, user=str(call.by.id))}
    )


def _meeting(meeting: dict[str, str], title: str, options: dict[str, Any]) -> dict[str, str]:
    own = {"name": title, "meetingID": meeting["id"], "attendeePW": meeting["attendee"]}
    told = {name: value for name, value in options.items() if value is not None}
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in told.items()}
    return {**own, "moderatorPW": meeting["moderator"], **texts}


def _stream(work: UnitOfWork, told: str, by: Actor) -> VideoStream:
    is_key = told.isascii() and told.isdigit() and len(told) < 19  # noqa: PLR2004 -- 64 bit
    if not is_key or not allows(work.db, VIEWER, by, _STREAMS, int(told)):
        raise ApiError(404, f"VideoStream: {told} not found", source={"parameter": "id"}, title="Object not found")
    return work.db.get_one(VideoStream, int(told))


def _name(work: UnitOfWork, by: Actor) -> str:
    user = work.db.get_one(User, by.id)
    return display_name(user.public_name, user.first_name, user.last_name) or f"Guest {user.id}"


# --- chat ------------------------------------------------------------------------------------------------------------


class _Chat(Struct, frozen=True):
    """What is needed to let somebody into a room of the chat."""

    server: RocketChat | None
    room: str
    person: Account
    bot: Account


def _chat_of_event(call: Call, backend: Backend) -> Reply:
    def room(_work: UnitOfWork, event: Event) -> str | None:
        return (event.chat_room_name or rules.chat_room_name(event.name, event.id)) if event.is_chat_enabled else None

    return _chat(call, backend, room)


def _chat_of_room(call: Call, backend: Backend) -> Reply:
    def room(work: UnitOfWork, event: Event) -> str | None:
        found = _row(work, Microlocation, call.params["room"], event)
        is_open = found.is_chat_enabled or found.is_global_event_room
        return (found.chat_room_name or rules.chat_room_name(found.name, found.id)) if is_open else None

    return _chat(call, backend, room)


def _chat_of_virtual_room(call: Call, backend: Backend) -> Reply:
    def room(work: UnitOfWork, event: Event) -> str | None:
        return _stream_room(_row(work, VideoStream, call.params["stream"], event))

    return _chat(call, backend, room)


def _chat_of_stream(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        stream = _stream(work, call.params["stream"], call.by)
        chat = _prepared(work, _stream_room(stream), call.by)
    return _entered(chat, backend, call.by)


def _stream_room(stream: VideoStream) -> str | None:
    is_open = stream.is_chat_enabled or stream.is_global_event_room
    return (stream.chat_room_name or rules.chat_room_name(stream.name, stream.id)) if is_open else None


def _row(work: UnitOfWork, model: Any, told: str, event: Event) -> Any:  # noqa: ANN401 -- one of two models
    is_key = told.isascii() and told.isdigit() and len(told) < 19  # noqa: PLR2004 -- 64 bit
    found = work.db.get(model, int(told)) if is_key else None
    if found is None or found.event_id != event.id or getattr(found, "deleted_at", None) is not None:
        raise ApiError(404, f"{model.__name__}: {told} not found", source={"parameter": "id"})
    return found


def _chat(call: Call, backend: Backend, room: Callable[[UnitOfWork, Event], str | None]) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = queries.event_by_key(work.db, call.params["event"])
        if event is None or not _may_watch(work, event, call.by):
            raise ApiError(404, f"Event: {call.params['event']} not found", source={"parameter": "identifier"})
        chat = _prepared(work, room(work, event), call.by)
    return _entered(chat, backend, call.by)


def _may_watch(work: UnitOfWork, event: Event, by: Actor) -> bool:
    main = queries.stream_of_event(work.db, event.id)
    row = literal_row({"event_id": (event.id, Integer()), "id": (main.id if main else None, Integer())})
    found = select(true()).where(VIEWER.condition(by.kind, row))
    return work.db.execute(found, dict(by.params)).first() is not None


def _prepared(work: UnitOfWork, room: str | None, by: Actor) -> _Chat:
    if room is None:
        raise ApiError(403, "The chat is not enabled here.", source={"source": ""})
    setting = work.db.scalar(select(Setting).limit(1))
    url, secret = (setting.rocket_chat_url, setting.rocket_chat_registration_secret) if setting else (None, None)
    server = RocketChat(work.services.outbound, url, secret or "") if url else None
    person = _account(work.services, f"user-{by.id}", _name(work, by), by.email or "")
    bot = _account(work.services, "open-event-bot", "Open Event", "bot@open-event.invalid")
    return _Chat(server, room, person, bot)


def _account(services: Services, username: str, name: str, email: str) -> Account:
    password = services.signer.sign(f"chat:{username}", expires=_ALWAYS)
    return Account(username, name, email, password)


def _entered(chat: _Chat, backend: Backend, by: Actor) -> Reply:
    if chat.server is None:
        return Reply({"success": False, "code": "integration_disabled"})
    try:
        with cast(Waiting, backend).waiting():
            login = chat.server.sign_in(chat.person)
            chat.server.enter(chat.room, chat.person.username, bot=chat.server.sign_in(chat.bot))
    except ServerUnreachable:
        return Reply({"success": False, "code": "chat_unreachable"}, status=503)
    with backend.work() as opened:
        cast(UnitOfWork, opened).db.get_one(User, by.id).is_rocket_chat_registered = True
    return Reply({"success": True, "token": login.token})


# --- whether there is any, and who is there --------------------------------------------------------------------------


def _has_streams(call: Call, backend: Backend) -> Reply:
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = _visible_event(work, call)
        exists = queries.has_streams(work.db, event.id)
        return Reply({"exists": exists, "can_access": exists and _may_watch(work, event, call.by)})


def _visible_event(work: UnitOfWork, call: Call) -> Event:
    event = queries.event_by_key(work.db, call.params["event"])
    table = cast(Table, Event.__table__)
    if event is None or not allows(work.db, PUBLISHED | EVENT_CREW, call.by, table, event.id):
        raise ApiError(404, f"Event: {call.params['event']} not found", source={"parameter": "identifier"})
    return event


def _check_in(call: Call, backend: Backend) -> Reply:
    body = call.json()
    kind, is_check_in, room = (body.get(name) for name in ("check_in_type", "is_check_in", "microlocation_id"))
    if kind not in rules.CHECK_IN_TYPES:
        raise ApiError(422, "check_in_type is event, virtual-room or room.", source={"pointer": "/check_in_type"})
    if not isinstance(is_check_in, bool):
        raise ApiError(422, "is_check_in is true or false.", source={"pointer": "/is_check_in"})
    if isinstance(room, str) and room.isascii() and room.isdigit() and len(room) < 19:  # noqa: PLR2004 -- 64 bit
        room = int(room)
    room_id = room if type(room) is int and 0 < room < 2**63 else None
    with backend.work() as opened:
        work = cast(UnitOfWork, opened)
        event = queries.event_by_key(work.db, call.params["event"])
        if event is None or not _may_watch(work, event, call.by):
            raise ApiError(404, f"Event: {call.params['event']} not found", source={"parameter": "identifier"})
        actions.check_in_virtually(work, event, kind=kind, is_check_in=is_check_in, room_id=room_id, by=call.by)
    return Reply({"success": True, "message": "Attendee check in/out successful."})


ENDPOINTS = (
    Endpoint("GET", "/v1/video-streams/<stream>/join", _join, summary="Where to enter a video stream"),
    Endpoint("GET", "/v1/video-streams/<stream>/chat-token", _chat_of_stream, summary="Enter a stream's chat"),
    Endpoint("GET", "/v1/events/<event>/chat-token", _chat_of_event, summary="Enter an event's chat"),
    Endpoint("GET", "/v1/events/<event>/room/<room>/chat-token", _chat_of_room, summary="Enter a room's chat"),
    Endpoint(
        "GET",
        "/v1/events/<event>/virtual-room/<stream>/chat-token",
        _chat_of_virtual_room,
        summary="Enter a virtual room's chat",
    ),
    Endpoint("GET", "/v1/events/<event>/has-streams", _has_streams, auth=False, summary="Whether there is video"),
    Endpoint("POST", "/v1/events/<event>/virtual/check-in", _check_in, summary="Come to an event by video, or leave"),
)
