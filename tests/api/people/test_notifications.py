"""The recorded answer 190 of the reference, in shape and meaning."""

from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, bo, eve
from clients import Api
from openevent.kit.work import Shell
from openevent.people.actions import notify, seed


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    """Ana has been told of a session of Bo's."""
    with shell.work() as work:
        seed(work)
        found = {"ana": ana(work), "bo": bo(work), "eve": eve(work), "adm": adm(work)}
        about = {"session": {"id": "16", "title": "Talk zero"}}
        notify(
            work,
            [found["ana"].id, found["ana"].id],
            "new_session",
            target=("Session", 16),
            actors=[found["bo"].id],
            about=about,
        )
        return found


def _told(api: Api, user: Any) -> list[Any]:
    return api.get(f"/v1/users/{user.id}/notifications?page[size]=2", as_=user).json["data"]


def test_one_reads_what_one_was_told(api: Api, people: dict[str, Any]) -> None:
    (found,) = _told(api, people["ana"])

    assert found["attributes"] == {
        "content": {
            "type": "new_session",
            "target_type": "Session",
            "target_id": 16,
            "target_action": None,
            "actors": [
                {
                    "id": people["bo"].id,
                    "first_name": "Bo",
                    "last_name": "Lindqvist",
                    "public_name": None,
                    "avatar_url": None,
                    "thumbnail_image_url": None,
                }
            ],
            "session": {"id": "16", "title": "Talk zero"},
        },
        "created-at": "2026-03-01T12:00:00+00:00",
        "received-at": "2026-03-01T12:00:00+00:00",
        "is-read": False,
    }
    assert found["relationships"] == {
        "user": {
            "links": {
                "self": f"/v1/notifications/{found['id']}/relationships/user",
                "related": f"/v1/notifications/{found['id']}/user",
            }
        }
    }
    assert api.get(f"/v1/notifications/{found['id']}/user", as_=people["ana"]).json["data"]["id"] == str(
        people["ana"].id
    )


def test_one_marks_it_as_read_and_changes_nothing_else(api: Api, people: dict[str, Any]) -> None:
    (found,) = _told(api, people["ana"])
    path = f"/v1/notifications/{found['id']}"
    attributes = {"is-read": True, "content": {"type": "x"}, "created-at": "2000-01-01"}
    body = {"data": {"type": "notification", "id": found["id"], "attributes": attributes}}

    answer = api.patch(path, json=body, as_=people["ana"])

    assert answer.json["data"]["attributes"] == found["attributes"] | {"is-read": True}
    assert api.delete(path, as_=people["ana"]).status == 200
    assert _told(api, people["ana"]) == []


def test_nobody_reads_what_somebody_else_was_told(api: Api, people: dict[str, Any]) -> None:
    (found,) = _told(api, people["ana"])
    path = f"/v1/notifications/{found['id']}"
    body = {"data": {"type": "notification", "id": found["id"], "attributes": {"is-read": True}}}

    assert api.get(path).status in (401, 404)
    assert api.get(path, as_=people["eve"]).status == 404
    assert api.patch(path, json=body, as_=people["eve"]).status in (403, 404)
    assert api.delete(path, as_=people["eve"]).status in (403, 404)
    assert api.get(f"/v1/users/{people['ana'].id}/notifications", as_=people["eve"]).status in (403, 404)
    assert api.post("/v1/notifications", json={"data": {"type": "notification"}}, as_=people["adm"]).status == 405
    assert api.get("/v1/notifications", as_=people["adm"]).json["meta"]["count"] == 1


def test_a_kind_that_is_switched_off_is_not_told(api: Api, shell: Shell, people: dict[str, Any]) -> None:
    kinds = api.get("/v1/notification-settings?page[size]=0", as_=people["adm"]).json["data"]
    new_session = next(one for one in kinds if one["attributes"]["type"] == "new_session")
    assert new_session["attributes"]["enabled"] is True
    path = f"/v1/notification-settings/{new_session['id']}"
    body = {"data": {"type": "notification-setting", "id": new_session["id"], "attributes": {"enabled": False}}}
    assert api.patch(path, json=body, as_=people["ana"]).status == 403
    assert api.patch(path, json=body, as_=people["adm"]).status == 200

    with shell.work() as work:
        notify(work, [people["bo"].id], "new_session", target=("Session", 1))
        notify(work, [people["bo"].id], "event_role", target=("RoleInvite", 1), action="invited")
        notify(work, [], "event_role", target=("RoleInvite", 2))

    assert [one["attributes"]["content"]["target_action"] for one in _told(api, people["bo"])] == ["invited"]


def test_what_may_be_done_about_a_notification_stands_in_its_content(api: Api, people: dict[str, Any]) -> None:
    path = "/v1/notifications/1/relationships/actions"

    refused = api.get(path, as_=people["ana"])

    assert (refused.status, refused.json["errors"][0]["title"]) == (404, "Relationship not found")
    assert (api.patch(path, json={}, as_=people["ana"]).status, api.get(path).status) == (404, 401)
