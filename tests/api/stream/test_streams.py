"""Streams: who sets them up, who sees them, and how people get in."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, text, update

from api.door.conftest import document, to
from cast import adm, ana, bo, chi, eve
from factories import make_event, make_order, make_room, make_session, make_speaker, make_ticket
from openevent.orders.models import Attendee
from openevent.programme.models import speakers_sessions
from openevent.site.models import Setting
from openevent.stream.jobs import ask_for_recordings
from openevent.stream.models import VideoChannel, VideoRecording
from remote import Told, remote

SECRET = "the-servers-secret"


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "chi": chi(work), "eve": eve(work), "adm": adm(work)}


@pytest.fixture
def event(shell, people):
    """An event that Bo has a ticket for and Chi speaks at."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], is_chat_enabled=True)
        order = make_order(work, make_ticket(work, event), buyer=people["bo"])
        work.db.execute(update(Attendee).where(Attendee.order_id == order.id).values(email="bo@example.org"))
        speaker, session = make_speaker(work, event, email="chi@example.org"), make_session(work, event)
        work.db.execute(speakers_sessions.insert().values(session_id=session.id, speaker_id=speaker.id))
        return event


@pytest.fixture
def channel(shell):
    """A function that makes a channel of a provider."""

    def make(provider, **values):
        with shell.work() as work:
            times = {"created_at": work.now, "modified_at": work.now}
            row = VideoChannel(name=provider, provider=provider, url="https://video.example.org", **times, **values)
            work.db.add(row)
            work.db.flush()
            return row.id

    return make


@pytest.fixture
def stream(api, people, event):
    """A function that sets up the event's stream on a channel and returns its id."""

    def make(channel_id=None, **attributes):
        links = {"event": to("event", event)}
        if channel_id:
            links["video_channel"] = to("video-channel", channel_id)
        body = document(
            "video-stream", {"name": "Main", "url": "https://video.example.org/main", **attributes}, **links
        )
        answer = api.post("/v1/video-streams", json=body, as_=people["ana"])
        assert answer.status == 201, answer.body
        return answer.json["data"]["id"]

    return make


def test_the_event_has_one_stream_seen_by_those_who_take_part(api, people, event, stream):
    key = stream(password="let-me-in")
    second = document("video-stream", {"name": "B", "url": "https://b.example.org"}, event=to("event", event))

    statuses = {who: api.get(f"/v1/video-streams/{key}", as_=people[who]).status for who in people}
    assert statuses == {"ana": 200, "bo": 200, "chi": 200, "eve": 404, "adm": 200}
    assert api.get(f"/v1/video-streams/{key}").status == 404
    assert api.get("/v1/video-streams").json["data"] == []
    assert api.get(f"/v1/events/{event.id}/video-stream", as_=people["bo"]).json["data"]["id"] == key
    assert api.get(f"/v1/events/{event.identifier}/chatmosphere", as_=people["bo"]).json["data"]["id"] == key
    assert api.get(f"/v1/events/{event.id}/video-stream").json["data"] is None
    assert b"let-me-in" not in api.get(f"/v1/events/{event.id}?include=video-stream").body
    assert api.post("/v1/video-streams", json=second, as_=people["ana"]).status == 409
    assert api.get(f"/v1/events/{event.identifier}/has-streams").json == {"exists": True, "can_access": False}
    has = api.get(f"/v1/events/{event.identifier}/has-streams", as_=people["bo"]).json
    assert has == {"exists": True, "can_access": True}


def test_a_stream_is_of_an_event_or_of_rooms_of_one(api, shell, people, event):
    with shell.work() as work:
        rooms = [make_room(work, event), make_room(work, make_event(work, owner=people["ana"]))]
    linked = {"data": [{"type": "microlocation", "id": str(room.id)} for room in rooms]}
    own = {"data": linked["data"][:1]}

    def post(who="ana", **links):
        body = document("video-stream", {"name": "A", "url": "https://a.example.org"}, **links)
        return api.post("/v1/video-streams", json=body, as_=people[who])

    assert post().status == 422
    assert post(event=to("event", event), rooms=own).status == 422
    assert post(rooms=linked).status == 403
    assert post("eve", rooms=own).status == 403
    assert post("eve", event=to("event", event)).status == 403
    made = post(rooms=own)
    assert made.status == 201, made.body
    assert (
        api.get(f"/v1/microlocations/{rooms[0].id}/video-stream", as_=people["bo"]).json["data"]["id"]
        == (made.json["data"]["id"])
    )
    assert post(rooms=own).status == 409
    included = api.get(
        f"/v1/events/{event.id}/microlocations?include=video-stream.video-channel,video-stream.moderators"
    )
    assert (included.status, included.json["included"]) == (200, [])


def test_options_are_kept_where_the_channel_has_them(api, people, channel, stream):
    key = stream(channel("youtube"), extra={"autoplay": False, "nonsense": 1})
    path = f"/v1/video-streams/{key}"

    def patch(**attributes):
        body = {"data": {"type": "video-stream", "id": key, "attributes": attributes}}
        return api.patch(path, json=body, as_=people["ana"])

    assert patch(extra={"loop": True}).json["data"]["attributes"]["extra"] == {"autoplay": False, "loop": True}
    bad = patch(extra={"bbb_options": {"duration": "long"}})
    assert (bad.status, bad.json["errors"][0]["source"]) == (
        422,
        {"pointer": "/data/attributes/extra/bbb_options/duration"},
    )
    assert patch(name="New").json["data"]["attributes"]["extra"] == {"autoplay": False, "loop": True}
    other = {"data": {"type": "video-channel", "id": str(channel("3cx"))}}
    body = {"data": {"type": "video-stream", "id": key, "relationships": {"video-channel": other}}}
    assert api.patch(path, json=body, as_=people["ana"]).json["data"]["attributes"]["extra"] is None


def test_channels_are_the_admins_and_their_secrets_too(api, shell, people):
    attributes = {"name": "B", "provider": "bbb", "url": "https://bbb.example.org", "api-key": SECRET}

    made = api.post("/v1/video-channels", json=document("video-channel", attributes), as_=people["adm"])
    shown = api.get("/v1/video-channels", as_=people["ana"])

    assert (made.status, made.json["data"]["attributes"]["api-key"]) == (201, "********")
    again = {"data": {"type": "video-channel", "id": made.json["data"]["id"], "attributes": {"api-key": "********"}}}
    assert api.patch(f"/v1/video-channels/{made.json['data']['id']}", json=again, as_=people["adm"]).status == 200
    with shell.database.reading() as db:
        assert db.scalars(select(VideoChannel.api_key)).all() == [SECRET]
        assert SECRET not in db.scalar(text("SELECT api_key FROM video_channels"))
    assert shown.status == 200
    assert SECRET.encode() not in shown.body
    assert api.post("/v1/video-channels", json=document("video-channel", attributes), as_=people["ana"]).status == 403


def bbb(asked):
    """Answer as BigBlueButton does, and check what it checks."""
    call = asked.path.rpartition("/")[2]
    signed = {name: value for name, value in asked.query.items() if name != "checksum"}
    assert asked.query["checksum"]
    assert signed
    parts = {
        "getRecordings": "<recordings><recording><recordID>r1</recordID><participants>3</participants>"
        "<startTime>1772366400000</startTime><endTime>1772370000000</endTime><playback><format>"
        "<url>https://bbb.example.org/r1</url></format></playback></recording><recording/></recordings>"
    }
    return Told(f"<response><returncode>SUCCESS</returncode>{parts.get(call, '')}</response>")


def is_signed(url):
    call, query = urlsplit(url).path.rpartition("/")[2], urlsplit(url).query
    told, _, checksum = query.rpartition("&checksum=")
    return hashlib.sha1(f"{call}{told}{SECRET}".encode(), usedforsecurity=False).hexdigest() == checksum


def test_a_meeting_is_made_and_entered_with_the_right_password(api, people, channel, stream):
    with remote(bbb) as server:
        key = stream(channel("bbb", api_url=f"{server.url}/bigbluebutton", api_key=SECRET))
        urls = {
            who: api.get(f"/v1/video-streams/{key}/join", as_=people[who]).json["url"] for who in ("ana", "bo", "chi")
        }
        made = server.asked[0]

    joined = {who: dict(parse_qsl(urlsplit(url).query)) for who, url in urls.items()}
    assert made.path == "/bigbluebutton/api/create"
    assert all(is_signed(url) for url in urls.values())
    assert joined["ana"]["password"] == made.query["moderatorPW"] != made.query["attendeePW"]
    assert joined["bo"]["password"] == joined["chi"]["password"] == made.query["attendeePW"]
    assert joined["bo"]["fullName"] == "Bo Lindqvist"
    body = api.get(f"/v1/video-streams/{key}?include=video-channel", as_=people["bo"]).body
    assert not any(secret.encode() in body for secret in (made.query["moderatorPW"], SECRET))


def test_strangers_join_nothing_and_an_unready_server_says_so(api, people, channel, stream):
    key = stream(channel("bbb"))

    assert api.get(f"/v1/video-streams/{key}/join", as_=people["eve"]).status == 404
    assert api.get(f"/v1/video-streams/{key}/join").status == 401
    answer = api.get(f"/v1/video-streams/{key}/join", as_=people["bo"])
    assert (answer.status, answer.json["errors"][0]["code"]) == (503, "stream-unconfigured")


def test_a_server_that_refuses_is_unreachable(api, people, channel, stream):
    with remote(lambda _: Told("<response><returncode>FAILED</returncode></response>")) as server:
        key = stream(channel("bbb", api_url=server.url, api_key=SECRET))
        assert api.get(f"/v1/video-streams/{key}/join", as_=people["bo"]).status == 503
    with remote(lambda _: Told("<html")) as server:
        assert api.get(f"/v1/video-streams/{key}/join", as_=people["bo"]).status == 503


def test_jitsi_gets_a_token_that_says_who_moderates(api, people, channel, stream):
    key = stream(channel("jitsi", api_key="x" * 32, extra={"app_id": "conf"}))

    url = api.get(f"/v1/video-streams/{key}/join", as_=people["ana"]).json["url"]

    address, _, token = url.partition("?jwt=")
    middle = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert address == "https://video.example.org/main"
    assert (claims["iss"], claims["room"], claims["moderator"]) == ("conf", "main", True)
    assert claims["context"]["user"]["name"] == "Ana Ortiz"


@pytest.mark.parametrize("provider", ["jitsi", "vimeo", None])
def test_other_channels_are_plain_addresses(api, people, channel, stream, provider):
    key = stream(channel(provider) if provider else None)

    assert api.get(f"/v1/video-streams/{key}/join", as_=people["bo"]).json == {"url": "https://video.example.org/main"}


def test_moderators_are_invited_by_mail_and_let_in(api, people, stream, services, run_jobs):
    key = stream()
    body = document("video-stream-moderator", {"email": "Eve@Example.org"}, video_stream=to("video-stream", int(key)))

    made = api.post("/v1/video-stream-moderators", json=body, as_=people["ana"])
    run_jobs()

    [mail] = [one for one in services.mailer.sent if one.to == "eve@example.org"]
    assert (made.status, "Main" in mail.subject) == (201, True)
    assert api.get(f"/v1/video-streams/{key}", as_=people["eve"]).status == 200
    assert api.post("/v1/video-stream-moderators", json=body, as_=people["ana"]).status == 409
    assert api.post("/v1/video-stream-moderators", json=body, as_=people["bo"]).status == 403
    own = api.get(f"/v1/users/{people['eve'].id}/video-stream-moderators", as_=people["eve"])
    assert [one["id"] for one in own.json["data"]] == [made.json["data"]["id"]]
    change = {"data": {"type": "video-stream-moderator", "id": made.json["data"]["id"]}}
    change["data"]["attributes"] = {"email": "bo@example.org"}
    path = f"/v1/video-stream-moderators/{made.json['data']['id']}"
    assert api.patch(path, json=change, as_=people["ana"]).status == 200
    assert api.patch(path, json=change, as_=people["ana"]).status == 200
    assert api.get(f"/v1/video-streams/{key}", as_=people["eve"]).status == 404


def test_interpretation_belongs_to_a_stream(api, people, channel, stream):
    key = stream()
    links = {"video_stream": to("video-stream", int(key)), "channel": to("video-channel", channel("libre"))}
    attributes = {"name": "Deutsch", "url": "https://de.example.org"}

    made = api.post(
        "/v1/translation_channels", json=document("translation_channel", attributes, **links), as_=people["ana"]
    )

    assert (made.status, type(made.json["data"]["id"])) == (201, int)
    below = f"/v1/video-streams/{key}/translation_channels"
    assert [len(api.get(below, as_=people[who]).json["data"]) for who in ("bo", "ana")] == [1, 1]
    assert api.get(below, as_=people["eve"]).status == 404
    one = f"/v1/translation_channels/{made.json['data']['id']}"
    assert [api.delete(one, as_=people[who]).status for who in ("eve", "bo", "ana")] == [404, 403, 200]


def test_recordings_are_fetched_ended_and_deleted_at_the_server(api, shell, people, channel, stream, run_jobs):
    with remote(bbb) as server:
        key = stream(channel("bbb", api_url=server.url, api_key=SECRET), extra={"bbb_options": {"record": True}})
        api.get(f"/v1/video-streams/{key}/join", as_=people["ana"])
        for _ in range(2):
            with shell.work() as work:
                ask_for_recordings(work)
            run_jobs()
        with shell.work() as work:
            assert [one.bbb_record_id for one in work.db.query(VideoRecording)] == ["r1"]
        below = f"/v1/video-streams/{key}/video-recordings"
        [recording] = api.get(below, as_=people["ana"]).json["data"]
        assert api.get(below, as_=people["bo"]).status == 403
        end = {"data": {"type": "video-stream", "id": key, "attributes": {}}}
        end["data"]["attributes"]["extra"] = {"bbb_options": {"endCurrentMeeting": True}}
        assert api.patch(f"/v1/video-streams/{key}", json=end, as_=people["ana"]).status == 200
        path = f"/v1/video-recordings/{recording['id']}"
        assert [api.delete(path, as_=people[who]).status for who in ("ana", "adm")] == [403, 200]
        run_jobs()

    calls = [asked.path.rpartition("/")[2] for asked in server.asked]
    assert calls == ["create", "getRecordings", "getRecordings", "end", "deleteRecordings"]


# --- chat ------------------------------------------------------------------------------------------------------------


class Chat:
    """A Rocket.Chat that knows its accounts and rooms."""

    def __init__(self):
        self.passwords = {}
        self.rooms = {}

    def __call__(self, asked):
        body, method = asked.json, asked.path.removeprefix("/api/v1/")
        if method == "login":
            if self.passwords.get(body["user"]) != body["password"]:
                return Told({"status": "error", "message": "Unauthorized"}, 401)
            return Told({"status": "success", "data": {"authToken": f"token-{body['user']}", "userId": body["user"]}})
        if method == "users.register":
            assert body["secretURL"] == "register"
            self.passwords[body["username"]] = body["pass"]
            return Told({"success": True})
        assert asked.headers["x-auth-token"] == "token-open-event-bot"
        if method == "groups.create":
            if body["name"] in self.rooms:
                return Told({"success": False, "errorType": "error-duplicate-channel-name"}, 400)
            self.rooms[body["name"]] = list(body["members"])
        else:
            self.rooms[body["roomName"]].append(body["username"])
        return Told({"success": True})


@pytest.fixture
def chat(shell):
    """A running Rocket.Chat that the settings name."""
    with remote(known := Chat()) as server:
        with shell.work() as work:
            values = {"rocket_chat_url": server.url, "rocket_chat_registration_secret": "register"}
            if work.db.query(Setting).first():
                work.db.execute(update(Setting).values(values))
            else:
                work.db.add(Setting(id=1, **values))
        yield known


def test_those_who_take_part_get_into_the_chat(api, people, event, chat):
    path = f"/v1/events/{event.identifier}/chat-token"

    tokens = [api.get(path, as_=people[who]).json for who in ("ana", "bo", "bo")]

    assert tokens == [{"success": True, "token": f"token-user-{people[who].id}"} for who in ("ana", "bo", "bo")]
    assert [len(members) for members in chat.rooms.values()] == [3]
    assert api.get(path, as_=people["eve"]).status == 404
    assert api.get(path).status == 401


def test_rooms_and_streams_have_chats_of_their_own_if_enabled(api, shell, people, event, stream, chat):
    key = stream(**{"is-chat-enabled": True})
    with shell.work() as work:
        open_, closed = make_room(work, event, is_chat_enabled=True), make_room(work, event)
    base = f"/v1/events/{event.identifier}"

    for path in (f"{base}/room/{open_.id}", f"{base}/virtual-room/{key}", f"/v1/video-streams/{key}"):
        assert api.get(f"{path}/chat-token", as_=people["bo"]).json["success"] is True
    assert api.get(f"{base}/room/{closed.id}/chat-token", as_=people["bo"]).status == 403
    assert api.get(f"{base}/room/999/chat-token", as_=people["bo"]).status == 404
    assert len(chat.rooms) == 2


def test_without_a_chat_server_the_answer_says_so(api, people, event):
    answer = api.get(f"/v1/events/{event.identifier}/chat-token", as_=people["bo"])

    assert (answer.status, answer.json) == (200, {"success": False, "code": "integration_disabled"})


# --- coming and going ------------------------------------------------------------------------------------------------


def test_coming_and_going_by_video(api, shell, people, event):
    path = f"/v1/events/{event.identifier}/virtual/check-in"
    with shell.work() as work:
        room = make_room(work, event)

    def send(who="bo", **body):
        return api.post(path, json=body, as_=people[who]).status

    assert send(check_in_type="event", is_check_in=False) == 422
    assert [send(check_in_type="event", is_check_in=flag) for flag in (True, True, False)] == [200] * 3
    assert send(check_in_type="event", is_check_in=False) == 422
    assert send(check_in_type="room", is_check_in=True) == 422
    assert send(check_in_type="room", is_check_in=True, microlocation_id=str(room.id)) == 200
    assert send(check_in_type="hall", is_check_in=True) == 422
    assert send(check_in_type="event", is_check_in="yes") == 422
    assert send("eve", check_in_type="event", is_check_in=True) == 404
