from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clients import Api
from factories import make_session
from openevent.kit.work import Shell

Document = Callable[..., dict[str, Any]]


def _rate(api: Api, stage: dict[str, Any], new: Document, who: str, rating: Any = 4, **about: Any) -> Any:
    about = about or {"session": stage["session"]}
    return api.post("/v1/feedbacks", json=new("feedback", {"rating": rating}, **about), as_=stage.get(who))


def test_sessions_are_rated_by_those_who_run_the_event(api: Api, stage: dict[str, Any], new: Document) -> None:
    refused = _rate(api, stage, new, "eve", session=stage["session"], user=stage["eve"])

    assert refused.status == 403  # golden answer 091
    assert refused.json["errors"][0]["detail"] == "Event co-organizer access required"
    made = _rate(api, stage, new, "bo", 4.3)
    assert (made.status, made.json["data"]["attributes"]) == (201, {"rating": 4.5, "comment": None, "deleted-at": None})
    assert _rate(api, stage, new, "bo").status == 409
    assert _rate(api, stage, new, "ana", 2).status == 201
    session = api.get(f"/v1/sessions/{stage['session'].id}?include=feedbacks").json
    assert [session["data"]["attributes"][name] for name in ("average-rating", "rating-count")] == [3.25, 2]
    assert len(session["included"]) == 2
    for path in (f"/v1/sessions/{stage['session'].id}", f"/v1/users/{stage['bo'].id}"):
        assert made.json["data"]["id"] in [
            one["id"] for one in api.get(f"{path}/feedbacks", as_=stage["bo"]).json["data"]
        ]


def test_events_are_rated_by_anybody(api: Api, stage: dict[str, Any], new: Document) -> None:
    assert _rate(api, stage, new, "nobody", event=stage["event"]).status == 401
    assert _rate(api, stage, new, "eve", event=stage["event"]).status == 201
    assert _rate(api, stage, new, "eve", event=stage["event"]).status == 409
    for key in (stage["event"].id, stage["event"].identifier):
        assert len(api.get(f"/v1/events/{key}/feedbacks").json["data"]) == 1


def test_a_feedback_is_about_one_thing_and_from_its_author(api: Api, stage: dict[str, Any], new: Document) -> None:
    both = {"event": stage["event"], "session": stage["session"]}
    alone = api.post("/v1/feedbacks", json=new("feedback", {"rating": 3}), as_=stage["bo"])

    assert (alone.status, _rate(api, stage, new, "bo", **both).status) == (422, 422)
    assert _rate(api, stage, new, "eve", event=stage["event"], user=stage["bo"]).status in (403, 404)
    assert _rate(api, stage, new, "bo", event=stage["event"], user=stage["ana"]).status in (403, 404)
    assert _rate(api, stage, new, "adm", event=stage["event"], user=stage["eve"]).status == 201


@pytest.mark.parametrize("rating", [0.5, 5.5, "good", None])
def test_a_rating_is_from_one_to_five(api: Api, stage: dict[str, Any], new: Document, rating: Any) -> None:
    answer = _rate(api, stage, new, "bo", rating)

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/rating"})


def test_an_opinion_is_changed_and_taken_back_by_its_author(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document
) -> None:
    key = _rate(api, stage, new, "bo").json["data"]["id"]
    path, change = f"/v1/feedbacks/{key}", {"data": {"type": "feedback", "id": key, "attributes": {"rating": 1.2}}}

    assert [api.patch(path, json=change, as_=stage.get(who)).status for who in ("nobody", "ana")] == [401, 403]
    assert api.patch(path, json=change, as_=stage["bo"]).json["data"]["attributes"]["rating"] == 1.0
    assert [api.delete(path, as_=stage.get(who)).status for who in ("nobody", "ana", "bo")] == [401, 403, 200]
    assert api.get(f"{path}?get_trashed=true", as_=stage["adm"]).status == 404
    assert _rate(api, stage, new, "bo").status == 201


def test_what_is_thought_of_a_hidden_session_is_hidden(api: Api, stage: dict[str, Any], new: Document) -> None:
    made = _rate(api, stage, new, "bo", session=stage["pending"]).json["data"]["id"]
    path = f"/v1/feedbacks/{made}"

    assert [api.get(path, as_=stage.get(who)).status for who in ("nobody", "eve", "chi", "ana")] == [404, 404, 200, 200]
    assert api.get(f"/v1/sessions/{stage['pending'].id}/feedbacks", as_=stage["eve"]).status == 404


@pytest.mark.parametrize("path", ["sessions/{session}/feedbacks", "events/{event}/feedbacks"])
def test_nobody_is_kept_from_an_empty_list(api: Api, stage: dict[str, Any], path: str) -> None:
    where = path.format(session=stage["session"].id, event=stage["event"].id)

    assert [api.get(f"/v1/{where}", as_=stage.get(who)).status for who in ("nobody", "eve")] == [200, 200]


# --- favourites -----------------------------------------------------------------------------------------------------


def _star(api: Api, stage: dict[str, Any], new: Document, who: str = "eve", session: str = "session") -> Any:
    document = new("user-favourite-session", None, session=stage[session])
    return api.post("/v1/user-favourite-sessions", json=document, as_=stage.get(who))


def test_sessions_are_starred_once_and_counted(api: Api, stage: dict[str, Any], new: Document) -> None:
    assert [_star(api, stage, new, who).status for who in ("nobody", "eve", "bo")] == [401, 201, 201]
    assert _star(api, stage, new).status == 409
    assert _star(api, stage, new, session="pending").status == 404  # not to be seen
    path = f"/v1/sessions/{stage['session'].id}"

    def seen(who: str) -> tuple[int, Any]:
        data = api.get(f"{path}?include=favourite", as_=stage.get(who)).json["data"]
        return data["attributes"]["favourite-count"], data["relationships"]["favourite"]["data"]

    mine = api.get(f"{path}/favourite", as_=stage["eve"]).json["data"]["id"]
    assert seen("eve") == (2, {"type": "user-favourite-session", "id": mine})
    assert seen("nobody") == (2, None)
    assert api.get(f"{path}/favourite").json["data"] is None


def test_stars_are_listed_below_sessions_events_and_accounts(
    api: Api, shell: Shell, stage: dict[str, Any], new: Document
) -> None:
    with shell.work() as work:
        make_session(work, stage["event"])
        work.db.merge(stage["bo"]).is_profile_public = True
    eve, bo = (_star(api, stage, new, who).json["data"]["id"] for who in ("eve", "bo"))
    session = f"/v1/sessions/{stage['session'].id}"

    lists = [
        f"{session}/user-favourite-sessions",
        f"{session}/favourites",
        f"/v1/events/{stage['event'].id}/user-favourite-sessions",
    ]

    for one in lists:
        found = api.get(f"{one}?include=user&page[size]=0").json
        assert [row["id"] for row in found["data"]] == [eve, bo]
        assert [row["id"] for row in found["included"]] == [str(stage["bo"].id)]  # the other profile is not public
    for name in ("favourites", "favourite-sessions"):
        linked = api.get(f"{session}/relationships/{name}").json["data"]
        assert [str(one["id"]) for one in linked] == [eve, bo]
    top = "/v1/user-favourite-sessions"
    assert [api.get(top, as_=stage.get(who)).status for who in ("nobody", "eve", "adm")] == [401, 403, 200]
    own = f"/v1/users/{stage['eve'].id}/user-favourite-sessions"
    assert [api.get(own, as_=stage.get(who)).status for who in ("nobody", "bo", "eve")] == [404, 404, 200]
    assert len(api.get(f"/v1/users/{stage['bo'].id}/user-favourite-sessions").json["data"]) == 1
    assert api.get(f"/v1/favourite-sessions/{bo}/user").json["data"]["id"] == str(stage["bo"].id)


def test_a_star_is_taken_away_by_its_owner_or_who_runs_the_event(
    api: Api, stage: dict[str, Any], new: Document
) -> None:
    path = f"/v1/user-favourite-sessions/{_star(api, stage, new).json['data']['id']}"

    assert api.get(f"{path}/session").json["data"]["id"] == str(stage["session"].id)
    assert [api.delete(path, as_=stage.get(who)).status for who in ("nobody", "chi", "eve")] == [401, 403, 200]
    again = f"/v1/user-favourite-sessions/{_star(api, stage, new).json['data']['id']}"
    assert api.delete(again, as_=stage["bo"]).status == 200
