from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from clients import Api
from conftest import TestServices
from factories import make_event, make_session, make_speaker
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.people.models import Notification
from openevent.programme import jobs
from openevent.programme.models import Session, Speaker
from openevent.programme.rules.letters import USUAL_WORDS

Document = Callable[..., dict[str, Any]]
Run = Callable[[], int]


def _told(services: TestServices) -> list[str]:
    return sorted(message.to for message in services.mailer.sent)


def _patch(session: Any, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": "session", "id": str(session.id), "attributes": sent}}


def test_organizers_hear_of_a_session_that_is_handed_in(
    api: Api, shell: Shell, stage: dict[str, Any], run_jobs: Run, services: TestServices
) -> None:
    speakers = {"data": [{"type": "speaker", "id": str(stage["speaker"].id)}]}
    event = {"data": {"type": "event", "id": str(stage["event"].id)}}
    attributes = {"title": "*New* <talk>", "state": "draft"}
    links = {"event": event, "speakers": speakers}
    document = {"data": {"type": "session", "attributes": attributes, "relationships": links}}
    made = api.post("/v1/sessions", json=document, as_=stage["chi"]).json["data"]
    run_jobs()
    assert _told(services) == []

    change = {"data": {"type": "session", "id": made["id"], "attributes": {"state": "pending"}}}
    assert api.patch(made["links"]["self"], json=change, as_=stage["chi"]).status == 200
    run_jobs()

    assert _told(services) == ["ana@example.org", "bo@example.org"]
    (mail, _) = services.mailer.sent
    assert mail.subject == f"New session for {stage['event'].name}: *New* <talk>"
    assert f"/events/{stage['event'].identifier}/sessions/pending" in mail.text
    with shell.work() as work:
        news = work.db.scalars(select(Notification).order_by(Notification.user_id)).all()
        assert [one.user_id for one in news] == sorted([stage["ana"].id, stage["bo"].id])
        assert news[0].content["type"] == "new_session"


def test_a_session_without_speakers_is_no_mail_worth(
    api: Api, stage: dict[str, Any], new: Document, run_jobs: Run, services: TestServices
) -> None:
    document = new("session", {"title": "x", "state": "pending"}, event=stage["event"])

    assert api.post("/v1/sessions", json=document, as_=stage["eve"]).status == 201

    run_jobs()
    assert _told(services) == []


@pytest.mark.parametrize(("send_email", "told"), [(True, 3), (False, 0), (None, 0)])
def test_speakers_are_told_what_became_of_their_session_if_that_is_wanted(
    api: Api, shell: Shell, stage: dict[str, Any], run_jobs: Run, services: TestServices, send_email: Any, told: int
) -> None:
    with shell.work() as work:
        make_speaker(work, stage["event"], email=None, is_email_overridden=True)
        work.db.get_one(Speaker, stage["speaker"].id).user_id = stage["chi"].id
    path = f"/v1/sessions/{stage['session'].id}"

    answer = api.patch(path, json=_patch(stage["session"], state="confirmed", send_email=send_email), as_=stage["bo"])

    run_jobs()
    assert answer.json["data"]["attributes"]["is-mail-sent"] is (told > 0)
    assert _told(services) == ["ana@example.org", "bo@example.org", "chi@example.org"][:told]
    with shell.work() as work:
        types = [one.content["type"] for one in work.db.scalars(select(Notification))]
    assert types == ["session_state_change"] * (told > 0)
    if told:
        mail = services.mailer.sent[0]
        assert (mail.subject, mail.reply_to) == ("Your session Talk zero is confirmed", "ana@example.org")
        assert f"/e/{stage['event'].identifier}/cfs/session/{stage['session'].id}" in mail.text


def test_going_back_to_pending_is_told_nobody(
    api: Api, stage: dict[str, Any], run_jobs: Run, services: TestServices
) -> None:
    change = _patch(stage["session"], state="pending", send_email=True)
    answer = api.patch(f"/v1/sessions/{stage['session'].id}", json=change, as_=stage["bo"])

    run_jobs()

    assert (answer.status, answer.json["data"]["attributes"]["is-mail-sent"]) == (200, False)
    assert "chi@example.org" not in _told(services)


def test_organizers_write_to_speakers_in_their_own_words(
    api: Api, stage: dict[str, Any], run_jobs: Run, services: TestServices
) -> None:
    path = f"/v1/sessions/{stage['session'].id}/notify"
    body = {
        "subject": "About {session_name}",
        "message": "Bring<br/>slides,<br/><br/><b>{nobody}</b> says.",
        "bcc": ["dee@example.org"],
    }

    statuses = {who: api.post(path, json=body, as_=stage.get(who)).status for who in ("nobody", "eve", "chi")}
    answer = api.post(path, json=body, as_=stage["bo"])

    run_jobs()
    assert statuses == {"nobody": 401, "eve": 403, "chi": 403}
    assert (answer.status, answer.json) == (200, {"success": True})
    assert _told(services) == [f"{name}@example.org" for name in ("ana", "bo", "chi", "dee")]
    mail = services.mailer.sent[0]
    assert (mail.subject, mail.text.split()) == ("About Talk zero", ["Bring", "slides,", "{nobody}", "says."])


def test_without_words_of_their_own_the_usual_ones_are_sent(
    api: Api, stage: dict[str, Any], run_jobs: Run, services: TestServices
) -> None:
    assert api.post(f"/v1/sessions/{stage['pending'].id}/notify", json={}, as_=stage["ana"]).status == 200

    run_jobs()

    assert services.mailer.sent[0].subject == "We have received your session Pending"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"subject": "x" * 251}, "/subject"),
        ({"message": "x" * 5001}, "/message"),
        ({"message": 7}, "/message"),
        ({"subject": " "}, "/subject"),
        ({"bcc": "eve@example.org"}, "/bcc"),
        ({"bcc": ["eve@example.org"] * 21}, "/bcc"),
        ({"bcc": ["eve@example.org", "nonsense"]}, "/bcc/1"),
    ],
)
def test_words_that_cannot_be_sent_are_refused(
    api: Api, stage: dict[str, Any], body: dict[str, Any], pointer: str
) -> None:
    answer = api.post(f"/v1/sessions/{stage['session'].id}/notify", json=body, as_=stage["bo"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": pointer})


def test_there_is_nothing_to_tell_about_drafts_and_what_is_not_there(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        draft = make_session(work, stage["event"], state="draft")
        gone = make_session(work, stage["event"], deleted_at=work.now)

    def status(key: Any, who: str = "bo") -> int:
        return api.post(f"/v1/sessions/{key}/notify", json={}, as_=stage[who]).status

    assert [status(draft.id), status(gone.id), status("x"), status(0), status(draft.id, "eve")] == [
        409,
        404,
        404,
        404,
        404,
    ]


def test_the_usual_words_can_be_read(api: Api) -> None:
    words = api.get("/v1/sessions/mails").json

    assert list(words) == ["pending", "accepted", "confirmed", "rejected", "canceled", "withdrawn"]
    assert words["accepted"] == USUAL_WORDS["accepted"]._asdict()


def test_an_invited_speaker_gets_a_mail(
    api: Api, stage: dict[str, Any], new: Document, run_jobs: Run, services: TestServices
) -> None:
    document = new("speaker-invite", {"email": "guest@example.org"}, session=stage["pending"])
    api.post("/v1/speaker-invites", json=document, as_=stage["chi"])

    run_jobs()

    assert _told(services) == ["guest@example.org"]
    assert services.mailer.sent[0].subject == f"Will you speak in Pending at {stage['event'].name}?"
    assert f"/e/{stage['event'].identifier}/cfs" in services.mailer.sent[0].text


@pytest.mark.parametrize("gone", ["session", "invite"])
def test_nobody_is_written_to_about_what_is_gone(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document, run_jobs: Run, services: TestServices, gone: str
) -> None:
    document = new("speaker-invite", {"email": "guest@example.org"}, session=stage["session"])
    invite = api.post("/v1/speaker-invites", json=document, as_=stage["bo"]).json["data"]["id"]
    api.post(f"/v1/sessions/{stage['session'].id}/notify", json={}, as_=stage["bo"])
    with shell.work() as work:
        work.db.get_one(Session, stage["session"].id).deleted_at = work.now if gone == "session" else None
    if gone == "invite":
        api.delete(f"/v1/speaker-invites/{invite}", as_=stage["bo"])

    run_jobs()

    assert "guest@example.org" not in _told(services)
    assert (_told(services) == []) == (gone == "session")


# --- days, languages, order, leftovers ------------------------------------------------------------------------------


def test_days_and_languages_of_the_public_programme(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=stage["ana"], timezone="Asia/Tokyo")
        late = event.starts_at.replace(hour=20)
        make_session(work, event, starts_at=late, language="fr")
        make_session(work, event, starts_at=late, language="en", state="confirmed")
        make_session(work, event, starts_at=late + timedelta(days=2), state="pending", language="de")
        make_session(work, event, starts_at=None, ends_at=None, language=None)
        draft = make_event(work, owner=stage["ana"], state="draft")

    for key in (event.id, event.identifier):
        dates, languages = (api.get(f"/v1/events/{key}/sessions/{name}") for name in ("dates", "languages"))
        assert dates.json == [(late + timedelta(days=1)).date().isoformat()]  # it is the next day in Tokyo
        assert languages.json == ["en", "fr"]
    for name in ("dates", "languages"):
        path = f"/v1/events/{draft.id}/sessions/{name}"
        assert [api.get(path, as_=stage.get(who)).status for who in ("nobody", "eve", "ana")] == [404, 404, 200]


def test_speakers_are_put_into_order_and_out_of_it(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        second = make_speaker(work, stage["event"])
        stranger = make_speaker(work, make_event(work, owner=stage["ana"]))
    path = f"/v1/events/{stage['event'].identifier}/reorder-speakers"
    body = [{"speaker": stage["speaker"].id, "order": 3}, {"speaker": str(second.id), "order": 1}]

    def orders() -> list[int]:
        listed = api.get(f"/v1/events/{stage['event'].id}/speakers?sort=id", as_=stage["bo"]).json["data"]
        return [one["attributes"]["order"] for one in listed]

    assert [api.post(path, json=body, as_=stage.get(who)).status for who in ("nobody", "eve")] == [401, 403]
    answer = api.post(path, json=body, as_=stage["bo"])
    assert (answer.status, answer.json) == (200, {"success": True, "updates": {"3": 1, "1": 1}})
    assert orders() == [3, 1]
    other = [*body, {"speaker": stranger.id, "order": 1}]
    assert api.post(path, json=other, as_=stage["ana"]).status == 403
    reset = api.post(f"{path}?reset=true", json=[], as_=stage["bo"])
    assert (reset.json, orders()) == ({"success": True, "updates": {"0": 2}}, [0, 0])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"nonsense", 400),
        (b"{}", 422),
        (b"[7]", 422),
        (b'[{"speaker":1}]', 422),
        (b'[{"speaker":1,"order":2147483648}]', 422),
    ],
)
def test_an_order_that_cannot_be_read_is_refused(api: Api, stage: dict[str, Any], body: bytes, status: int) -> None:
    path = f"/v1/events/{stage['event'].id}/reorder-speakers"

    answer = api.post(path, body=body, as_=stage["bo"])

    assert answer.status == status, json.loads(answer.body)


def test_what_nobody_decided_about_is_rejected_when_the_event_is_over(
    shell: Shell, clock: FixedClock, stage: dict[str, Any]
) -> None:
    def state() -> str:
        with shell.work() as work:
            jobs.reject_leftovers(work)
            return work.db.get_one(Session, stage["pending"].id).state

    assert state() == "pending"
    clock.advance(days=90)
    assert state() == "rejected"
    with shell.work() as work:
        assert work.db.get_one(Session, stage["session"].id).state == "accepted"
