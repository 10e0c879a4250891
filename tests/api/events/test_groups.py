from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import actor, adm, ana, bo, chi, dee, eve
from clients import Api
from factories import give_role, join_group, make_event, make_group, make_role, make_session, make_user
from openevent.events.actions import give_role as give_role_as
from openevent.events.models import Event, Group, UsersGroupsRole
from openevent.kit.work import Shell


@pytest.fixture
def stage(shell: Shell) -> dict[str, Any]:
    """Ana owns a group and a draft in it; Bo runs the group with her; Chi is asked to; Dee owns an event of her own."""
    with shell.work() as work:
        found: dict[str, Any] = {maker.__name__: maker(work) for maker in (ana, bo, chi, dee, eve, adm)}
        group = make_group(work, found["ana"], name="Pythonistas")
        return {
            **found,
            "group": group,
            "draft": make_event(work, owner=found["ana"], state="draft", group_id=group.id),
            "alone": make_event(work, owner=found["dee"], state="draft"),
            "bos": join_group(work, group, found["bo"]),
            "chis": join_group(work, group, found["chi"], accepted=False),
            "organizer": make_role(work, "organizer"),
            "coorganizer": make_role(work, "coorganizer"),
        }


def _link(type_: str, row: Any) -> dict[str, Any]:
    return {"data": {"type": type_, "id": str(row.id)}}


def _group(row: Any = None, events: list[Any] | None = None, **attributes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "group", "attributes": attributes}
    if row is not None:
        data["id"] = str(row.id)
    if events is not None:
        data["relationships"] = {"events": {"data": [{"type": "event", "id": str(one.id)} for one in events]}}
    return {"data": data}


def _statuses(api: Api, stage: dict[str, Any], path: str, *names: str) -> dict[str, int]:
    return {name: api.get(path, as_=stage.get(name)).status for name in names}


# Groups


def test_whoever_makes_a_group_owns_it_and_its_events_are_his(api: Api, stage: dict[str, Any]) -> None:
    links = [{"name": "Site", "link": "https://example.org", "is_custom": True, "extra": 1}]
    document = _group(
        None, [stage["alone"]], **{"name": "Rustaceans", "about": "<b>we</b><script>", "social-links": links}
    )

    answer = api.post("/v1/groups", json=document, as_=stage["dee"])

    assert answer.status == 201
    data = answer.json["data"]
    key = data["id"]
    assert data["attributes"] == {
        "name": "Rustaceans",
        "about": "<b>we</b>",
        "social-links": [{"name": "Site", "link": "https://example.org", "is_custom": True}],
        "logo-url": None,
        "banner-url": None,
        "thumbnail-image-url": None,
        "is-promoted": False,
        "follower-count": 0,
        "created-at": "2026-03-01T12:00:00+00:00",
        "deleted-at": None,
    }
    related = {name: one["links"]["related"] for name, one in data["relationships"].items()}
    assert related == {
        "user": f"/v1/groups/{key}/user",
        "follower": f"/v1/groups/{key}/follower",
        "followers": f"/v1/groups/{key}/followers",
        "roles": f"/v1/groups/{key}/users-groups-roles",
        "events": f"/v1/groups/{key}/events",
    }
    assert [one["id"] for one in api.get(related["events"], as_=stage["dee"]).json["data"]] == [str(stage["alone"].id)]
    assert api.get(f"/v1/events/{stage['alone'].identifier}/group", as_=stage["dee"]).json["data"]["id"] == key
    mine = api.get(f"/v1/users/{stage['dee'].id}/groups", as_=stage["dee"]).json["data"]
    assert [one["id"] for one in mine] == [key]
    roles = api.get(f"{related['roles']}?include=role,user", as_=stage["dee"]).json
    assert [one["attributes"]["accepted"] for one in roles["data"]] == [True]
    assert sorted(one["type"] for one in roles["included"]) == ["role", "user"]


def test_only_verified_accounts_make_groups(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        unverified = make_user(work, is_verified=False)

    assert api.post("/v1/groups", json=_group(name="X")).status == 401
    assert api.post("/v1/groups", json=_group(name="X"), as_=unverified).status == 403


@pytest.mark.parametrize(
    ("links", "place"),
    [
        ([{"link": "https://example.org"}], "/0/name"),
        ([{"name": "Site", "link": "javascript:alert(1)"}], "/0/link"),
        ([{"name": "Site", "link": "http://[::1"}], "/0/link"),
        ([{"name": "Site", "link": "https://a.example", "is_custom": 1}], "/0/is_custom"),
        (["https://example.org"], "/0"),
        ([{"name": "Site", "link": "https://a.example"}] * 51, ""),
    ],
)
def test_a_link_that_is_none_is_refused_at_its_place(api: Api, stage: dict[str, Any], links: Any, place: str) -> None:
    answer = api.post("/v1/groups", json=_group(None, name="X", **{"social-links": links}), as_=stage["dee"])

    assert (answer.status, answer.json["errors"][0]["source"]) == (
        422,
        {"pointer": f"/data/attributes/social-links{place}"},
    )


def test_groups_are_read_by_everybody_and_changed_by_those_who_run_them(api: Api, stage: dict[str, Any]) -> None:
    group = stage["group"]
    path = f"/v1/groups/{group.id}"

    listed = api.get('/v1/groups?filter=[{"name":"is-promoted","op":"eq","val":false}]&include=user,follower').json
    assert [one["id"] for one in listed["data"]] == [str(group.id)]
    assert [(one["type"], one["id"]) for one in listed["included"]] == [("user", str(stage["ana"].id))]
    assert "email" not in listed["included"][0]["attributes"]
    assert api.get(path).status == 200
    changed = {
        name: api.patch(path, json=_group(group, about=name), as_=stage.get(name)).status
        for name in ("nobody", "eve", "chi", "bo", "ana", "adm")
    }
    assert changed == {"nobody": 401, "eve": 403, "chi": 403, "bo": 200, "ana": 200, "adm": 200}
    cleared = api.patch(path, json=_group(group, **{"social-links": None}), as_=stage["ana"])
    assert cleared.json["data"]["attributes"]["social-links"] is None
    deleted = {name: api.delete(path, as_=stage.get(name)).status for name in ("nobody", "eve", "bo", "ana")}
    assert deleted == {"nobody": 401, "eve": 403, "bo": 403, "ana": 200}


def test_only_admins_promote(api: Api, stage: dict[str, Any]) -> None:
    group = stage["group"]
    promoted = {
        name: api.patch(f"/v1/groups/{group.id}", json=_group(group, **{"is-promoted": True}), as_=stage[name]).json[
            "data"
        ]["attributes"]["is-promoted"]
        for name in ("ana", "adm")
    }

    assert promoted == {"ana": False, "adm": True}


# Events under a roof


def test_events_are_put_in_by_their_owner_who_runs_the_group_and_taken_out(api: Api, stage: dict[str, Any]) -> None:
    group, alone = stage["group"], stage["alone"]
    path = f"/v1/events/{alone.identifier}"
    into = {"data": {"type": "event", "id": str(alone.id), "relationships": {"group": _link("group", group)}}}

    refused = api.patch(path, json=into, as_=stage["dee"])  # who owns the event, but does not run the group
    assert (refused.status, refused.json["errors"][0]["source"]) == (403, {"pointer": "/data/relationships/group"})
    stolen = api.patch(f"/v1/groups/{group.id}", json=_group(group, [alone]), as_=stage["ana"])  # the other way round
    assert stolen.status in (403, 404)
    assert api.patch(path, json=into, as_=stage["adm"]).status == 200
    assert api.get(f"/v1/groups/{group.id}/events?sort=id", as_=stage["adm"]).json["meta"]["count"] == 2
    out = api.patch(f"/v1/groups/{group.id}", json=_group(group, [stage["draft"]]), as_=stage["ana"])
    assert out.status == 200
    assert api.get(f"/v1/events/{alone.id}/group", as_=stage["dee"]).json["data"] is None


def test_an_owner_without_the_group_and_a_runner_without_the_event_are_refused(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        helped = make_event(work, owner=stage["dee"])
        give_role(work, helped, stage["ana"], "organizer")
    group = stage["group"]

    by_group = api.patch(f"/v1/groups/{group.id}", json=_group(group, [helped, stage["draft"]]), as_=stage["ana"])
    into = {"data": {"type": "event", "id": str(helped.id), "relationships": {"group": _link("group", group)}}}
    by_event = api.patch(f"/v1/events/{helped.id}", json=into, as_=stage["ana"])

    assert (by_group.status, by_group.json["errors"][0]["source"]) == (403, {"pointer": "/data/relationships/events"})
    assert (by_event.status, by_event.json["errors"][0]["source"]) == (403, {"pointer": "/data/relationships/group"})


def test_a_new_event_may_stand_under_a_roof_that_one_runs(api: Api, stage: dict[str, Any]) -> None:
    attributes = {
        "name": "PyDay",
        "starts-at": "2099-01-01",
        "ends-at": "2099-01-02",
        "timezone": "UTC",
        "state": "draft",
    }
    relationships = {"group": _link("group", stage["group"])}
    document = {"data": {"type": "event", "attributes": attributes, "relationships": relationships}}

    assert api.post("/v1/events", json=document, as_=stage["eve"]).status == 403
    assert api.post("/v1/events", json=document, as_=stage["bo"]).status == 201


# What running a group opens


def test_whoever_runs_the_group_organizes_its_events_and_no_others(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        session = make_session(work, stage["draft"], state="pending")
        other = make_group(work, stage["eve"])  # Eve runs some group, which opens nothing of this one
        make_event(work, state="draft", group_id=other.id)
    draft, alone = stage["draft"], stage["alone"]
    names = ("nobody", "eve", "chi", "bo", "ana")

    for path in (f"/v1/events/{draft.id}", f"/v1/sessions/{session.id}"):
        assert _statuses(api, stage, path, *names) == {"nobody": 404, "eve": 404, "chi": 404, "bo": 200, "ana": 200}
    assert _statuses(api, stage, f"/v1/events/{alone.id}", "eve", "bo") == {"eve": 404, "bo": 404}
    seen = {name: {one["id"] for one in api.get("/v1/events", as_=stage[name]).json["data"]} for name in names[1:]}
    assert (str(draft.id) in seen["bo"], str(draft.id) in seen["chi"], str(draft.id) in seen["eve"]) == (
        True,
        False,
        False,
    )
    assert str(alone.id) not in seen["bo"] | seen["eve"]
    renamed = {"data": {"type": "event", "id": str(draft.id), "attributes": {"name": "Renamed"}}}
    assert api.patch(f"/v1/events/{draft.id}", json=renamed, as_=stage["eve"]).status == 404
    assert api.patch(f"/v1/events/{draft.id}", json=renamed, as_=stage["bo"]).status == 200
    assert api.get(f"/v1/groups/{stage['group'].id}/events").json["data"] == []  # a draft is not shown to visitors


def test_the_right_ends_with_the_role_with_the_group_and_with_the_roof(
    api: Api, shell: Shell, stage: dict[str, Any]
) -> None:
    draft = f"/v1/events/{stage['draft'].id}"
    with shell.work() as work:
        second = make_group(work, stage["ana"])
        third = make_event(work, owner=stage["ana"], state="draft", group_id=second.id)
        join_group(work, second, stage["dee"])
    assert api.get(draft, as_=stage["bo"]).status == 200
    assert api.get(f"/v1/events/{third.id}", as_=stage["dee"]).status == 200

    assert api.delete(f"/v1/users-groups-roles/{stage['bos'].id}", as_=stage["bo"]).status == 200  # he leaves
    assert api.get(draft, as_=stage["bo"]).status == 404
    assert api.delete(f"/v1/groups/{second.id}", as_=stage["ana"]).status == 200
    assert api.get(f"/v1/events/{third.id}", as_=stage["dee"]).status == 404


# Running it together


def _invite(stage: dict[str, Any], email: str, role: str = "organizer") -> dict[str, Any]:
    links = {"group": _link("group", stage["group"]), "role": _link("role", stage[role])}
    return {"data": {"type": "users-groups-role", "attributes": {"email": email}, "relationships": links}}


def _accept(api: Api, token: str, as_: Any) -> Any:
    return api.post("/v1/users-groups-roles/accept-invite", json={"data": {"token": token}}, as_=as_)


def _mailed_token(services: Any) -> str:
    return services.mailer.sent[-1].text.partition("token=")[2].split()[0]


def test_the_owner_asks_and_the_asked_one_accepts(
    api: Api, run_jobs: Any, services: Any, shell: Shell, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        gus = make_user(work, email="gus@example.org", first_name="Gus", is_verified=False)

    made = api.post("/v1/users-groups-roles", json=_invite(stage, "Gus@example.org"), as_=stage["ana"])
    run_jobs()

    assert (made.status, made.json["data"]["attributes"]["accepted"]) == (201, False)
    assert services.mailer.sent[-1].to == "gus@example.org"
    token = _mailed_token(services)
    assert _accept(api, token, None).status == 401
    assert _accept(api, token, stage["eve"]).status == 403
    assert _accept(api, "nonsense", gus).status == 404
    assert api.post("/v1/users-groups-roles/accept-invite", json={"data": {}}, as_=gus).status == 422
    answer = _accept(api, token, gus)
    assert (answer.status, answer.json) == (
        200,
        {"email": "gus@example.org", "group": stage["group"].id, "name": "Gus", "role": "organizer"},
    )
    assert _accept(api, token, gus).status == 409
    assert api.get(f"/v1/users/{gus.id}", as_=gus).json["data"]["attributes"]["is-verified"] is True
    assert api.get(f"/v1/events/{stage['draft'].id}", as_=gus).status == 200
    run_jobs()  # the mail of an invitation that was accepted meanwhile is not sent twice
    assert len(services.mailer.sent) == 1


def test_the_key_that_the_owner_sees_verifies_nobody(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        gus = make_user(work, email="gus@example.org", is_verified=False)
    token = api.post("/v1/users-groups-roles", json=_invite(stage, gus.email), as_=stage["ana"]).json["data"][
        "attributes"
    ]["token"]

    assert _accept(api, token, gus).status == 200
    assert api.get(f"/v1/users/{gus.id}", as_=gus).json["data"]["attributes"]["is-verified"] is False


@pytest.mark.parametrize(
    ("email", "role", "who", "status"),
    [
        ("new@example.org", "organizer", "bo", 403),
        ("new@example.org", "organizer", "eve", 403),
        ("new@example.org", "coorganizer", "ana", 403),
        ("chi@example.org", "organizer", "ana", 409),
        ("nope@localhost", "organizer", "ana", 422),
    ],
)
def test_who_may_be_asked_and_by_whom(
    api: Api, stage: dict[str, Any], email: str, role: str, who: str, status: int
) -> None:
    assert api.post("/v1/users-groups-roles", json=_invite(stage, email, role), as_=stage[who]).status == status


def test_an_invitation_is_mailed_again_by_the_owner_and_grows_old(
    api: Api, clock: Any, run_jobs: Any, services: Any, stage: dict[str, Any]
) -> None:
    path = f"/v1/group-role-invites/{stage['chis'].id}/resend-invite"
    clock.advance(days=7)
    assert _accept(api, stage["chis"].token, stage["chi"]).status == 409

    sent = {name: api.post(path, json={}, as_=stage.get(name)).status for name in ("nobody", "chi", "bo", "ana")}
    run_jobs()

    assert sent == {"nobody": 401, "chi": 403, "bo": 403, "ana": 200}
    assert [message.to for message in services.mailer.sent] == ["chi@example.org"]
    assert _accept(api, _mailed_token(services), stage["chi"]).status == 200
    assert api.post(path, json={}, as_=stage["ana"]).status == 409
    assert api.post("/v1/group-role-invites/999/resend-invite", json={}, as_=stage["ana"]).status == 404
    assert [api.post(path, json={}, as_=stage["ana"]).status for _ in range(2)] == [409, 409]


def test_who_sees_and_takes_roles_in_a_group(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    below = f"/v1/groups/{stage['group'].id}/users-groups-roles"
    with shell.database.reading() as db:
        owned = db.scalars(select(UsersGroupsRole.id).where(UsersGroupsRole.role_name == "owner")).one()

    listed = {}
    for name in ("eve", "chi", "bo", "ana"):
        answer = api.get(f"{below}?sort=id", as_=stage[name])
        listed[name] = [one["attributes"]["email"][:3] for one in answer.json["data"]] if answer.status == 200 else []
    assert listed == {"eve": [], "chi": ["chi"], "bo": ["ana", "bo@", "chi"], "ana": ["ana", "bo@", "chi"]}
    shown = {
        name: "token"
        in api.get(f"/v1/users-groups-roles/{stage['chis'].id}", as_=stage[name]).json["data"]["attributes"]
        for name in ("chi", "bo", "ana")
    }
    assert shown == {"chi": False, "bo": False, "ana": True}
    assert api.delete(f"/v1/users-groups-roles/{owned}", as_=stage["ana"]).status == 403
    assert api.delete(f"/v1/users-groups-roles/{stage['bos'].id}", as_=stage["eve"]).status in (403, 404)
    assert api.delete(f"/v1/users-groups-roles/{stage['bos'].id}", as_=stage["ana"]).status == 200


# Following, announcing, asking


def _follow(api: Api, stage: dict[str, Any], who: str) -> Any:
    relationships = {"group": _link("group", stage["group"])}
    document = {"data": {"type": "user-follow-group", "relationships": relationships}}
    return api.post("/v1/user-follow-groups", json=document, as_=stage.get(who))


def test_one_follows_a_group_once_and_stops(api: Api, stage: dict[str, Any]) -> None:
    group, eve_ = stage["group"], stage["eve"]

    statuses = [_follow(api, stage, who).status for who in ("nobody", "eve", "eve", "dee")]

    assert statuses == [401, 201, 409, 201]
    found = api.get(f"/v1/groups/{group.id}?include=follower,followers,followers.user", as_=eve_).json
    assert found["data"]["attributes"]["follower-count"] == 2
    follow = found["data"]["relationships"]["follower"]["data"]
    assert api.get(f"/v1/user-follow-groups/{follow['id']}/user", as_=eve_).json["data"]["id"] == str(eve_.id)
    assert api.get(f"/v1/groups/{group.id}").json["data"]["attributes"]["follower-count"] == 2
    assert api.get(f"/v1/groups/{group.id}/followers", as_=stage["dee"]).json["meta"]["count"] == 2
    assert api.get(f"/v1/groups/{group.id}/followers").status == 401
    mine = api.get(f"/v1/users/{eve_.id}/followed-groups?include=group,user", as_=eve_).json
    assert [one["id"] for one in mine["data"]] == [follow["id"]]
    assert api.get(f"/v1/users/{eve_.id}/followed-groups", as_=stage["dee"]).status in (403, 404)
    assert api.delete(f"/v1/user-follow-groups/{follow['id']}", as_=stage["dee"]).status == 403
    assert api.delete(f"/v1/user-follow-groups/{follow['id']}", as_=eve_).status == 200
    assert api.get(f"/v1/groups/{group.id}", as_=eve_).json["data"]["attributes"]["follower-count"] == 1


def test_an_event_is_announced_once_to_every_follower(
    api: Api, shell: Shell, run_jobs: Any, services: Any, stage: dict[str, Any]
) -> None:
    event, path = stage["draft"], f"/v1/groups/{stage['group'].id}/events/{stage['draft'].identifier}/announce"
    for who in ("eve", "dee"):
        _follow(api, stage, who)
    assert api.get(path, as_=stage["ana"]).status == 403  # a draft
    with shell.work() as work:
        work.db.get_one(Event, event.id).state = "published"

    statuses = {name: api.get(path, as_=stage.get(name)).status for name in ("nobody", "eve", "bo", "ana")}
    again = api.post(path, json={}, as_=stage["ana"]).status
    run_jobs()

    assert (statuses, again) == ({"nobody": 401, "eve": 403, "bo": 403, "ana": 200}, 403)
    assert sorted(message.to for message in services.mailer.sent) == ["dee@example.org", "eve@example.org"]
    assert api.get(f"/v1/events/{event.id}").json["data"]["attributes"]["is-announced"] is True


def test_what_is_of_another_group_or_over_is_not_announced(
    api: Api, shell: Shell, clock: Any, stage: dict[str, Any]
) -> None:
    with shell.work() as work:
        public = make_event(work)
        work.db.get_one(Event, stage["draft"].id).state = "published"
    start = f"/v1/groups/{stage['group'].id}/events"

    statuses = [
        api.get(f"{start}/{key}/announce", as_=stage["ana"]).status
        for key in (public.id, stage["alone"].id, "nonsense", 10**30)
    ]
    clock.advance(days=365)

    assert statuses == [403, 404, 404, 404]
    assert api.get(f"{start}/{stage['draft'].id}/announce", as_=stage["ana"]).status == 403


def test_a_question_reaches_those_who_run_the_group_and_a_copy_whoever_asks(
    api: Api, run_jobs: Any, services: Any, stage: dict[str, Any]
) -> None:
    path = f"/v1/groups/{stage['group'].id}/contact-organizer"

    assert api.post(path, json={"email": "Hello"}).status == 401
    assert api.post(path, json={"email": " "}, as_=stage["eve"]).status == 422
    assert api.post(path, json={"email": "x" * 5001}, as_=stage["eve"]).status == 422
    assert api.post("/v1/groups/999/contact-organizer", json={"email": "Hello"}, as_=stage["eve"]).status == 404
    statuses = [api.post(path, json={"email": "Is <b>there</b> tea?"}, as_=stage["eve"]).status for _ in range(4)]
    run_jobs()

    assert statuses == [200, 200, 200, 429]
    first = services.mailer.sent[:3]
    assert [(message.to, message.reply_to) for message in first] == [
        ("ana@example.org", "eve@example.org"),
        ("bo@example.org", "eve@example.org"),
        ("eve@example.org", None),
    ]
    assert all("Is there tea?" in message.text for message in first)


def test_mails_about_what_is_gone_are_not_sent(
    api: Api, shell: Shell, run_jobs: Any, services: Any, stage: dict[str, Any]
) -> None:
    group = stage["group"]
    _follow(api, stage, "eve")
    with shell.work() as work:
        work.db.get_one(Event, stage["draft"].id).state = "published"
    api.get(f"/v1/groups/{group.id}/events/{stage['draft'].id}/announce", as_=stage["ana"])
    api.post(f"/v1/groups/{group.id}/contact-organizer", json={"email": "Hello"}, as_=stage["eve"])
    api.post(f"/v1/group-role-invites/{stage['chis'].id}/resend-invite", json={}, as_=stage["ana"])
    with shell.work() as work:
        work.db.get_one(Event, stage["draft"].id).state = "draft"
        work.db.get_one(Group, group.id).deleted_at = work.now

    run_jobs()

    assert services.mailer.sent == []


def test_an_event_in_other_hands_leaves_its_group(api: Api, shell: Shell, stage: dict[str, Any]) -> None:
    with shell.work() as work:
        for event in (stage["draft"], stage["alone"]):
            give_role_as(work, event.id, stage["eve"].id, "owner", by=actor(stage["adm"]))

    assert api.get(f"/v1/events/{stage['draft'].id}/group", as_=stage["eve"]).json["data"] is None
    assert api.get(f"/v1/events/{stage['draft'].id}", as_=stage["bo"]).status == 404
