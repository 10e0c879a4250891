from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from clients import Api
from factories import (
    make_event,
    make_speaker,
)
from openevent.jsonapi import constraints
from openevent.jsonapi.writes import Writer
from openevent.kit.work import Shell
from openevent.programme import rules
from openevent.programme.models import speakers_sessions

CONTACTS = {"email", "mobile", "address", "heard-from", "sponsorship-required", "complex-field-values"}


def _link(type_: str, row: Any) -> dict[str, Any]:
    return {"data": {"type": type_, "id": str(row.id)}}


def _document(type_: str, attributes: dict[str, Any], **relationships: Any) -> dict[str, Any]:
    links = {name.replace("_", "-"): link for name, link in relationships.items()}
    return {"data": {"type": type_, "attributes": attributes, "relationships": links}}


def _patch(type_: str, row: Any, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": type_, "id": str(row.id), "attributes": sent}}


def test_the_programme_comes_with_everything_around_it(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/events/{stage['event'].id}/sessions?include=track,speakers,session-type,microlocation&sort=starts-at"

    body = api.get(path).json

    (session,) = body["data"]
    of = f"/v1/sessions/{session['id']}"
    assert session["attributes"]["title"] == "Talk zero"
    assert session["relationships"]["speakers"] == {
        "links": {"self": f"{of}/relationships/speakers", "related": f"{of}/speakers"},
        "data": [{"type": "speaker", "id": str(stage["speaker"].id)}],
    }
    assert session["relationships"]["track"]["data"] == {"type": "track", "id": str(stage["track"].id)}
    assert session["relationships"]["event"] == {
        "links": {"self": f"{of}/relationships/event", "related": f"{of}/event"}
    }
    assert {one["type"] for one in body["included"]} == {"track", "speaker", "session-type", "microlocation"}
    assert body["meta"] == {"count": 1}


def test_sessions_are_found_by_their_track(api: Api, stage: dict[str, Any]) -> None:
    condition = [{"name": "track", "op": "has", "val": {"name": "name", "op": "eq", "val": "Web"}}]
    path = f"/v1/events/{stage['event'].identifier}/sessions?filter={quote(json.dumps(condition))}&sort=-title"

    assert [one["attributes"]["title"] for one in api.get(path).json["data"]] == ["Talk zero"]


@pytest.mark.parametrize("parent", ["events", "tracks", "microlocations", "session-types", "speakers"])
def test_what_is_not_accepted_shows_in_no_list(api: Api, shell: Shell, stage: dict[str, Any], parent: str) -> None:
    with shell.work() as work:
        pending = work.db.merge(stage["pending"])
        pending.track_id, pending.microlocation_id = stage["track"].id, stage["room"].id
        pending.session_type_id = stage["kind"].id
        work.db.execute(insert(speakers_sessions).values(session_id=pending.id, speaker_id=stage["speaker"].id))
    above = {
        "events": "event",
        "tracks": "track",
        "microlocations": "room",
        "session-types": "kind",
        "speakers": "speaker",
    }
    path = f"/v1/{parent}/{stage[above[parent]].id}"

    def seen(who: Any) -> list[str]:
        return [one["attributes"]["title"] for one in api.get(f"{path}/sessions", as_=who).json["data"]]

    assert seen(None) == seen(stage["eve"]) == ["Talk zero"]
    assert seen(stage["chi"]) == seen(stage["bo"]) == seen(stage["adm"]) == ["Talk zero", "Pending"]
    included = api.get(f"{path}?include=sessions").json["included"]
    assert [one["attributes"]["title"] for one in included] == ["Talk zero"]
    linked = api.get(f"{path}/relationships/sessions").json["data"]
    assert [str(one["id"]) for one in linked] == [str(stage["session"].id)]


@pytest.mark.parametrize("state", ["draft", "pending", "rejected", "canceled", "withdrawn"])
def test_only_those_involved_read_what_is_not_accepted(
    api: Api, shell: Shell, stage: dict[str, Any], state: str
) -> None:
    with shell.work() as work:
        work.db.merge(stage["pending"]).state = state
    path = f"/v1/sessions/{stage['pending'].id}"

    seen = {
        name: api.get(path, as_=stage.get(name)).status for name in ("nobody", "eve", "dee", "chi", "bo", "ana", "adm")
    }

    assert seen == {"nobody": 404, "eve": 404, "dee": 404, "chi": 200, "bo": 200, "ana": 200, "adm": 200}


def test_an_unverified_address_opens_nothing(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        work.db.merge(stage["speaker"]).email = "eve@example.org"
        work.db.merge(stage["session"]).state = "pending"
    path = f"/v1/sessions/{stage['session'].id}"
    assert api.get(path, as_=stage["eve"]).status == 200

    with shell.work() as work:
        work.db.merge(stage["eve"]).is_verified = False

    assert api.get(path, as_=stage["eve"]).status == 404


def test_parts_of_a_draft_event_are_hidden(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        work.db.merge(stage["event"]).state = "draft"
    paths = [
        f"/v1/sessions/{stage['session'].id}",
        f"/v1/speakers/{stage['speaker'].id}",
        f"/v1/tracks/{stage['track'].id}",
        f"/v1/microlocations/{stage['room'].id}",
        f"/v1/session-types/{stage['kind'].id}",
        f"/v1/events/{stage['event'].id}/sessions",
        f"/v1/tracks/{stage['track'].id}/sessions",
    ]

    assert {api.get(path, as_=who).status for path in paths for who in (None, stage["eve"])} == {404}
    assert {api.get(path, as_=stage["bo"]).status for path in paths} == {200}
    assert api.get("/v1/sessions").json["data"] == api.get("/v1/tracks").json["data"] == []


def test_a_session_is_handed_in_and_read_back(api: Api, stage: dict[str, Any]) -> None:
    attributes = {
        "title": "New talk",
        "short-abstract": "<p>Short<script>x()</script></p>",
        "level": "Expert",
        "language": "en",
        "slides-url": "http://example.com/s.pdf",
    }
    document = _document(
        "session",
        attributes,
        event=_link("event", stage["event"]),
        track=_link("track", stage["track"]),
        microlocation=_link("microlocation", stage["room"]),
        speakers={"data": [{"type": "speaker", "id": str(stage["speaker"].id)}]},
    )

    assert api.post("/v1/sessions", json=document).status == 401
    answer = api.post("/v1/sessions?include=speakers,track,microlocation", json=document, as_=stage["eve"])

    data = answer.json["data"]
    assert answer.status == 201
    assert data["attributes"] == {
        **data["attributes"],
        **attributes,
        "short-abstract": "<p>Short</p>",
        "state": "draft",
        "is-locked": False,
        "deleted-at": None,
    }
    assert "send-email" not in data["attributes"]
    assert data["relationships"]["track"]["data"] == {"type": "track", "id": str(stage["track"].id)}
    assert data["relationships"]["microlocation"]["data"] is None  # rooms are given by organizers
    assert [one["id"] for one in data["relationships"]["speakers"]["data"]] == [str(stage["speaker"].id)]


@pytest.mark.parametrize(
    ("attributes", "status", "pointer"),
    [
        ({}, 422, "/data/attributes/title"),
        ({"title": "x", "level": "Godlike"}, 422, "/data/attributes/level"),
        ({"title": "x", "state": "accepted"}, 403, "/data/attributes/state"),
        (
            {"title": "x", "starts-at": "2001-01-01T10:00:00Z", "ends-at": "2001-01-01T11:00:00Z"},
            422,
            "/data/attributes/starts-at",
        ),
        (
            {"title": "x", "starts-at": "2099-01-01T10:00:00Z", "ends-at": "2099-01-01T10:00:00Z"},
            422,
            "/data/attributes/ends-at",
        ),
        ({"title": "x", "video-url": "javascript:x()"}, 422, "/data/attributes/video-url"),
    ],
)
def test_a_bad_session_is_refused_and_pointed_at(
    api: Api, stage: dict[str, Any], attributes: dict[str, Any], status: int, pointer: str
) -> None:
    document = _document("session", attributes, event=_link("event", stage["event"]))

    answer = api.post("/v1/sessions", json=document, as_=stage["eve"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (status, {"pointer": pointer})


def test_a_session_needs_an_event_that_takes_sessions(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        off, draft = make_event(work, owner=stage["ana"]), make_event(work, owner=stage["ana"], state="draft")

    def post(**relationships: Any) -> int:
        return api.post(
            "/v1/sessions", json=_document("session", {"title": "x"}, **relationships), as_=stage["eve"]
        ).status

    assert post() == 422
    assert post(event=_link("event", off)) == 403
    assert post(event=_link("event", draft)) == 404


def test_states_go_by_the_table(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/sessions/{stage['pending'].id}"

    def to(state: str, who: str) -> int:
        return api.patch(path, json=_patch("session", stage["pending"], state=state), as_=stage[who]).status

    assert to("accepted", "eve") == 404
    assert to("accepted", "chi") == 403
    assert to("draft", "ana") == 403
    assert to("accepted", "bo") == 200
    assert to("withdrawn", "chi") == 200
    assert to("pending", "chi") == 403
    assert api.get("/v1/sessions/states").json == {
        "organizer": {old: dict.fromkeys(new, True) for old, new in rules.ORGANIZER_MOVES.items()},
        "speaker": {old: dict.fromkeys(new, True) for old, new in rules.SPEAKER_MOVES.items()},
    }


def test_speakers_of_a_session_are_linked_by_those_who_may(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        other = make_speaker(work, stage["event"], user_id=stage["eve"].id, email="eve@example.org")
    linkage = {"data": [{"type": "speaker", "id": str(other.id)}]}
    path = f"/v1/sessions/{stage['session'].id}/relationships/speakers"
    back = f"/v1/speakers/{other.id}/relationships/sessions"
    sessions = {"data": [{"type": "session", "id": str(stage["session"].id)}]}

    assert api.post(path, json=linkage, as_=stage["eve"]).status == 403
    assert api.post(back, json=sessions, as_=stage["eve"]).status in (403, 404)
    own = {"sessions": sessions}
    document = {"data": {"type": "speaker", "id": str(other.id), "relationships": own}}
    assert api.patch(f"/v1/speakers/{other.id}", json=document, as_=stage["eve"]).status in (403, 404)
    assert api.post(path, json=linkage, as_=stage["bo"]).status == 200

    linked = api.get(path, as_=stage["bo"]).json["data"]
    assert sorted(int(one["id"]) for one in linked) == [stage["speaker"].id, other.id]


def test_how_to_reach_a_speaker_is_for_organizers_and_himself(api: Api, stage: dict[str, Any]) -> None:
    paths = (f"/v1/speakers/{stage['speaker'].id}", f"/v1/events/{stage['event'].id}/speakers")

    def shown(path: str, who: Any) -> set[str]:
        data = api.get(path, as_=who).json["data"]
        return CONTACTS & (data[0] if isinstance(data, list) else data)["attributes"].keys()

    for path in paths:
        assert shown(path, None) == shown(path, stage["eve"]) == shown(path, stage["dee"]) == set()
        assert shown(path, stage["chi"]) == shown(path, stage["bo"]) == shown(path, stage["adm"]) == CONTACTS
    probe = quote(json.dumps([{"name": "email", "op": "eq", "val": "chi@example.org"}]))
    assert api.get(f"{paths[1]}?filter={probe}").json["data"] == []
    assert len(api.get(f"{paths[1]}?filter={probe}", as_=stage["bo"]).json["data"]) == 1


def test_whoever_was_not_accepted_is_not_listed(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        hopeful = make_speaker(work, stage["event"], name="Hopeful")
        make_speaker(work, stage["event"], name="Featured", is_featured=True)
        work.db.execute(insert(speakers_sessions).values(session_id=stage["pending"].id, speaker_id=hopeful.id))
    path = f"/v1/events/{stage['event'].id}/speakers"

    assert [one["attributes"]["name"] for one in api.get(path).json["data"]] == ["Chi", "Featured"]
    assert len(api.get(path, as_=stage["dee"]).json["data"]) == 3
    assert api.get(f"/v1/speakers/{hopeful.id}").status == 404


def test_a_speaker_introduces_and_changes_himself(api: Api, stage: dict[str, Any]) -> None:
    attributes = {
        "name": "Eve",
        "email": "forged@example.org",
        "short-biography": "<p onclick='x'>Bio</p>",
        "is-featured": True,
    }
    document = _document("speaker", attributes, event=_link("event", stage["event"]))

    created = api.post("/v1/speakers", json=document, as_=stage["eve"])
    data = created.json["data"]
    path = data["links"]["self"]

    assert created.status == 201
    assert (data["attributes"]["email"], data["attributes"]["is-featured"]) == ("eve@example.org", False)
    assert data["attributes"]["short-biography"] == "<p>Bio</p>"
    assert api.post("/v1/speakers", json=document, as_=stage["eve"]).status == 403  # one address, one speaker
    change = {"data": {"type": "speaker", "id": data["id"], "attributes": {"name": "Eve M."}}}
    assert api.patch(path, json=change, as_=stage["chi"]).status == 404
    assert api.patch(path, json=change, as_=stage["eve"]).status == 200
    chis = {"data": {"type": "speaker", "id": str(stage["speaker"].id), "attributes": {"name": "Mine"}}}
    assert api.patch(f"/v1/speakers/{stage['speaker'].id}", json=chis, as_=stage["eve"]).status == 403
    assert api.get("/v1/speakers", as_=stage["adm"]).status == 405


@pytest.mark.parametrize(
    ("type_", "attributes", "dee_may"),
    [
        ("track", {"name": "x", "color": "#123456"}, True),
        ("microlocation", {"name": "Main Hall", "floor": 0, "room": "r0", "latitude": 52.5, "longitude": 13.4}, False),
        ("session-type", {"name": "Talk", "length": "00:30"}, False),
    ],
)
def test_parts_are_made_by_those_who_run_the_event(
    api: Api,
    stage: dict[str, Any],
    type_: str,
    attributes: dict[str, Any],
    dee_may: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    document = _document(type_, attributes, event=_link("event", stage["event"]))

    statuses = {
        name: api.post(f"/v1/{type_}s", json=document, as_=stage.get(name)).status for name in ("nobody", "eve", "dee")
    }
    answer = api.post(f"/v1/{type_}s", json=document, as_=stage["bo"])

    data = answer.json["data"]
    assert statuses == {"nobody": 401, "eve": 403, "dee": 201 if dee_may else 403}
    assert answer.status == 201
    assert data["attributes"] == {**data["attributes"], **attributes, "position": 0, "deleted-at": None}
    extra = {"track": ("font-color", "#ffffff"), "microlocation": ("chat-room-name", f"Main-Hall-{data['id']}")}
    if type_ in extra:
        name, value = extra[type_]
        assert data["attributes"][name] == value
    change = {"data": {"type": type_, "id": data["id"], "attributes": {"name": "Other"}}}
    assert api.patch(data["links"]["self"], json=change, as_=stage["eve"]).status == 403
    assert api.patch(data["links"]["self"], json=change, as_=stage["bo"]).json["data"]["attributes"]["name"] == "Other"
    assert api.delete(data["links"]["self"], as_=stage["bo"]).status == 200


@pytest.mark.parametrize(
    ("type_", "attributes", "member", "detail"),
    [
        ("track", {"name": "x", "color": "red"}, "color", "Color should be proper HEX color code"),
        (
            "session-type",
            {"name": "x", "length": "half an hour"},
            "length",
            "length must be hours and minutes as HH:MM.",
        ),
    ],
)
def test_a_bad_colour_or_length_is_refused(
    api: Api, stage: dict[str, Any], type_: str, attributes: dict[str, Any], member: str, detail: str
) -> None:
    document = _document(type_, attributes, event=_link("event", stage["event"]))

    answer = api.post(f"/v1/{type_}s", json=document, as_=stage["ana"])

    (error,) = answer.json["errors"]
    assert answer.status == 422
    assert error["source"] == {"pointer": f"/data/attributes/{member}"}
    assert (error["title"], error["detail"]) == ("Unprocessable Entity", detail)


def test_a_user_s_sessions_are_those_handed_in_and_those_spoken_in(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        work.db.merge(stage["speaker"]).user_id = stage["chi"].id
    path = f"/v1/users/{stage['chi'].id}/sessions"

    titles = [one["attributes"]["title"] for one in api.get(path, as_=stage["chi"]).json["data"]]

    assert titles == ["Talk zero", "Pending"]
    assert api.get(path, as_=stage["eve"]).status in (403, 404)
    assert api.get(f"/v1/users/{stage['chi'].id}/speakers", as_=stage["chi"]).json["meta"] == {"count": 1}


def test_deleting_a_session(api: Api, stage: dict[str, Any]) -> None:
    path = f"/v1/sessions/{stage['session'].id}"

    assert api.delete(path, as_=stage["eve"]).status == 403
    assert api.delete(path, as_=stage["chi"]).status == 200
    assert api.get(path, as_=stage["ana"]).status == 404


def test_an_event_without_a_programme_has_empty_lists(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        event = make_event(work)

    for name in (
        "sessions",
        "speakers",
        "tracks",
        "microlocations",
        "session-types",
        "sponsors",
        "social-links",
        "tickets",
    ):
        answer = api.get(f"/v1/events/{event.id}/{name}")
        assert (answer.status, answer.json["data"]) == (200, []), name


def test_a_change_that_is_made_once_more_starts_from_the_document(
    api: Api, shell: Shell, stage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with shell.work() as work:  # somebody whom the session keeps, though nobody sees him
        gone = make_speaker(work, work.db.merge(stage["event"]), email="gone@example.org", deleted_at=work.now)
        work.db.execute(insert(speakers_sessions).values(session_id=stage["session"].id, speaker_id=gone.id))
    run, ended = Writer.run, [constraints.Ended(503, "busy")]

    def ends_at_first(*given: Any) -> Any:
        found = run(*given)
        if ended:
            raise ended.pop()
        return found

    monkeypatch.setattr(Writer, "run", ends_at_first)
    document = _patch("session", stage["session"], title="Talk one")
    document["data"]["relationships"] = {"speakers": {"data": [_link("speaker", stage["speaker"])["data"]]}}

    answer = api.patch(f"/v1/sessions/{stage['session'].id}", json=document, as_=stage["ana"])

    assert (answer.status, ended) == (200, [])
    assert answer.json["data"]["attributes"]["title"] == "Talk one"
