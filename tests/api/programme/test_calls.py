from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from clients import Api
from factories import make_event, make_session, make_speaker
from openevent.events.models import Event
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.programme.models import SpeakerInvite, SpeakersCall, speakers_sessions

Document = Callable[..., dict[str, Any]]
TIMES = {"starts-at": "2020-12-13T08:00:00+00:00", "ends-at": "2026-04-01T08:00:00+00:00"}


def _patch(type_: str, key: Any, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": type_, "id": str(key), "attributes": sent}}


def test_an_event_calls_for_speakers_once(api: Api, stage: dict[str, Any], new: Document) -> None:
    sent = {**TIMES, "announcement": "Submit!", "hash": None, "privacy": "public"}
    document = new("speakers-call", sent, event=stage["event"])

    statuses = [api.post("/v1/speakers-calls", json=document, as_=stage.get(who)).status for who in ("nobody", "eve")]
    made = api.post("/v1/speakers-calls", json=document, as_=stage["bo"])

    assert statuses == [401, 403]
    assert made.status == 201
    assert made.json["data"]["attributes"] == {**sent, "soft-ends-at": None, "deleted-at": None}  # golden answer 077
    again = api.post("/v1/speakers-calls", json=document, as_=stage["ana"])
    assert (again.status, again.json["errors"][0]["source"]) == (409, {"pointer": "/data/relationships/event"})
    for key in (stage["event"].id, stage["event"].identifier):
        assert api.get(f"/v1/events/{key}/speakers-call").json["data"]["id"] == made.json["data"]["id"]
    assert (
        api.get(f"/v1/events/{stage['event'].id}?include=speakers-call").json["included"][0]["type"] == "speakers-call"
    )


@pytest.mark.parametrize(
    ("attributes", "status", "pointer"),
    [
        ({"ends-at": "2020-12-13T08:00:00+00:00"}, 422, "ends-at"),
        ({"ends-at": "2099-12-13T08:00:00+00:00"}, 403, "ends-at"),
        ({"starts-at": "2099-12-12T08:00:00+00:00", "ends-at": "2099-12-13T08:00:00+00:00"}, 403, "starts-at"),
        ({"privacy": "secret"}, 422, "privacy"),
        ({"starts-at": None}, 422, "starts-at"),
    ],
)
def test_a_call_that_cannot_be_is_refused(
    api: Api, stage: dict[str, Any], new: Document, attributes: dict[str, Any], status: int, pointer: str
) -> None:
    answer = api.post(
        "/v1/speakers-calls", json=new("speakers-call", {**TIMES, **attributes}, event=stage["event"]), as_=stage["bo"]
    )

    source = {"pointer": f"/data/attributes/{pointer}"}
    assert (answer.status, answer.json["errors"][0]["source"]) == (status, source)


def test_a_call_whose_event_was_moved_may_be_sent_back_as_it_is(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document
) -> None:
    made = api.post("/v1/speakers-calls", json=new("speakers-call", TIMES, event=stage["event"]), as_=stage["bo"])
    with shell.work() as work:
        work.db.get_one(Event, stage["event"].id).starts_at = work.now

    key, told = made.json["data"]["id"], {**TIMES, "announcement": "Again!"}
    answer = api.patch(f"/v1/speakers-calls/{key}", json=_patch("speakers-call", key, **told), as_=stage["bo"])

    assert (answer.status, answer.json["data"]["attributes"]["announcement"]) == (200, "Again!")


def test_a_call_is_changed_by_its_own_path_and_the_event_s(api: Api, stage: dict[str, Any], new: Document) -> None:
    made = api.post("/v1/speakers-calls", json=new("speakers-call", TIMES, event=stage["event"]), as_=stage["bo"])
    key = made.json["data"]["id"]
    own, of_event = f"/v1/speakers-calls/{key}", f"/v1/events/{stage['event'].identifier}/speakers-call"

    assert api.patch(own, json=_patch("speakers-call", key, announcement="Soon"), as_=stage["eve"]).status == 403
    changed = api.patch(own, json=_patch("speakers-call", key, announcement="Soon<script>"), as_=stage["bo"])
    late = api.patch(own, json=_patch("speakers-call", key, ends_at="2099-01-01T00:00:00Z"), as_=stage["bo"])
    moved = api.patch(of_event, json=_patch("speakers-call", key, soft_ends_at=TIMES["ends-at"]), as_=stage["ana"])

    assert (changed.status, changed.json["data"]["attributes"]["announcement"]) == (200, "Soon")
    assert (late.status, moved.status) == (403, 200)
    assert [api.delete(of_event, as_=stage.get(who)).status for who in ("nobody", "eve", "bo")] == [401, 403, 200]
    assert api.get(own).status == 404


@pytest.fixture
def call(shell: Shell, stage: dict[str, Any]) -> SpeakersCall:
    """A call that is open from the day before yesterday until yesterday."""
    with shell.work() as work:
        days = {"starts_at": work.now - timedelta(days=2), "ends_at": work.now - timedelta(days=1)}
        found = SpeakersCall(event_id=stage["event"].id, **days)
        work.db.add(found)
        work.db.flush()
        return found


@pytest.mark.usefixtures("call")
def test_what_comes_after_the_call_is_taken_from_organizers_alone(
    api: Api, shell: Shell, clock: FixedClock, stage: dict[str, Any], new: Document
) -> None:
    document = new("session", {"title": "Late"}, event=stage["event"])
    with shell.work() as work:
        draft = make_session(work, stage["event"], state="draft", creator_id=stage["eve"].id)
    path = f"/v1/sessions/{draft.id}"

    def hand_in(who: str) -> tuple[int, int]:
        made = api.post("/v1/sessions", json=document, as_=stage[who]).status
        return made, api.patch(path, json=_patch("session", draft.id, state="pending"), as_=stage["eve"]).status

    assert hand_in("eve") == (403, 403)
    assert api.post("/v1/sessions", json=document, as_=stage["bo"]).status == 201
    assert api.patch(path, json=_patch("session", draft.id, title="Better"), as_=stage["eve"]).status == 200
    clock.advance(days=-1.5)
    assert hand_in("eve") == (201, 200)


# --- invitations ----------------------------------------------------------------------------------------------------


def _invite(api: Api, stage: dict[str, Any], new: Document, email: str = "eve@example.org", who: str = "chi") -> Any:
    document = new("speaker-invite", {"email": email}, session=stage["pending"], event=stage["event"])
    return api.post("/v1/speaker-invites", json=document, as_=stage.get(who))


def test_a_speaker_is_invited_by_those_involved(api: Api, stage: dict[str, Any], new: Document) -> None:
    assert [_invite(api, stage, new, who=who).status for who in ("nobody", "dee")] == [401, 404]

    made = _invite(api, stage, new, email="Eve@Example.org")

    data = made.json["data"]
    assert (made.status, data["attributes"]) == (201, {"email": "eve@example.org", "status": "pending"})
    assert _invite(api, stage, new, who="bo").status == 409
    listed = f"/v1/sessions/{stage['pending'].id}/speaker-invites"
    assert [api.get(listed, as_=stage.get(who)).status for who in ("nobody", "dee")] == [401, 404]
    assert [one["id"] for one in api.get(listed, as_=stage["bo"]).json["data"]] == [data["id"]]
    waiting = (
        '[{"and":[{"name":"email","op":"eq","val":"eve@example.org"},{"name":"status","op":"eq","val":"pending"}]}]'
    )
    mine = f"/v1/events/{stage['event'].id}/speaker-invites?include=event,session&filter={waiting}"
    assert [len(api.get(mine, as_=stage[who]).json["data"]) for who in ("eve", "dee", "bo")] == [1, 0, 1]
    assert api.get(mine).status == 401
    item = f"/v1/speaker-invites/{data['id']}"
    assert [api.get(item, as_=stage.get(who)).status for who in ("nobody", "dee", "eve", "chi")] == [401, 404, 200, 200]
    assert api.get(f"{item}/session", as_=stage["eve"]).json["data"]["attributes"]["title"] == "Pending"
    assert [api.delete(item, as_=stage.get(who)).status for who in ("nobody", "dee", "eve", "chi")] == [
        401,
        404,
        403,
        200,
    ]


@pytest.mark.parametrize(
    ("attributes", "status", "pointer"),
    [
        ({"email": "nonsense"}, 422, "email"),
        ({"email": "eve@example.org", "status": "accepted"}, 403, "status"),
        ({"email": "chi@example.org"}, 403, "email"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    api: Api, stage: dict[str, Any], new: Document, attributes: dict[str, Any], status: int, pointer: str
) -> None:
    document = new("speaker-invite", attributes, session=stage["session"])

    answer = api.post("/v1/speaker-invites", json=document, as_=stage["bo"])

    source = {"pointer": f"/data/attributes/{pointer}"}
    assert (answer.status, answer.json["errors"][0]["source"]) == (status, source)


def test_the_event_of_an_invitation_is_the_session_s(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document
) -> None:
    with shell.work() as work:
        other = make_event(work, owner=stage["bo"])

    document = new("speaker-invite", {"email": "eve@example.org"}, session=stage["session"], event=other)

    assert api.post("/v1/speaker-invites", json=document, as_=stage["bo"]).status == 422


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_invitation_is_accepted_by_its_invitee(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document, method: str
) -> None:
    key = _invite(api, stage, new).json["data"]["id"]
    path = f"/v1/speaker-invites/{key}"

    def answer(what: str, who: str | None = "eve") -> Any:
        return api.call(method, f"{path}/{what}-invite", as_=stage.get(who or ""))

    assert [answer("accept", who).status for who in (None, "chi", "bo")] == [401, 403, 403]
    assert answer("accept").status == 404  # no speaker of this event yet
    with shell.work() as work:
        speaker = make_speaker(work, stage["event"], email="eve@example.org", user_id=stage["eve"].id)
    accepted = answer("accept")
    assert (accepted.status, accepted.json) == (
        200,
        {
            "email": "eve@example.org",
            "event": stage["event"].id,
            "event_identifier": stage["event"].identifier,
            "session": stage["pending"].id,
            "speaker": speaker.id,
            "name": "Eve Moss",
        },
    )
    assert (answer("accept").json, answer("reject").status) == (accepted.json, 409)
    with shell.work() as work:
        links = select(speakers_sessions.c.speaker_id).where(speakers_sessions.c.session_id == stage["pending"].id)
        assert work.db.scalars(links).all() == [speaker.id]
    assert api.delete(path, as_=stage["bo"]).status == 409
    assert _invite(api, stage, new, who="bo").status == 403  # speaks there already


def test_an_invitation_is_rejected_by_its_invitee(api: Api, stage: dict[str, Any], new: Document) -> None:
    path = f"/v1/speaker-invites/{_invite(api, stage, new).json['data']['id']}"

    assert [api.get(f"{path}/reject-invite", as_=stage.get(who)).status for who in ("nobody", "chi")] == [401, 403]
    for _ in range(2):
        answer = api.get(f"{path}/reject-invite", as_=stage["eve"])
        assert (answer.status, answer.json["success"]) == (200, True)
    assert api.post(f"{path}/accept-invite", as_=stage["eve"]).status == 409
    assert api.get(f"/v1/sessions/{stage['pending'].id}", as_=stage["eve"]).status == 404
    assert [api.get(f"/v1/speaker-invites/{key}/accept-invite", as_=stage["eve"]).status for key in ("0", "x")] == [
        404
    ] * 2


def test_an_unverified_invitee_has_to_verify_first(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document
) -> None:
    key = _invite(api, stage, new).json["data"]["id"]
    with shell.work() as work:
        work.db.merge(stage["eve"]).is_verified = False

    assert api.get(f"/v1/speaker-invites/{key}/accept-invite", as_=stage["eve"]).status == 403


def test_who_speaks_there_already_accepts_without_being_added_twice(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        invite = SpeakerInvite(event_id=stage["event"].id, session_id=stage["session"].id, email="chi@example.org")
        work.db.add(invite)
        work.db.flush()

    assert api.get(f"/v1/speaker-invites/{invite.id}/accept-invite", as_=stage["chi"]).status == 200
