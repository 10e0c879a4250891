from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from cast import adm, ana, bo, dee, eve
from clients import Answer, Api
from conftest import TestServices
from factories import give_role, make_event, make_role
from openevent.events.actions import seed
from openevent.events.models import Event, RoleInvite, UsersEventsRole
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.people.models import User


@pytest.fixture
def people(shell: Shell) -> dict[str, User]:
    with shell.work() as work:
        seed(work)
        return {maker.__name__: maker(work) for maker in (ana, bo, dee, eve, adm)}


@pytest.fixture
def event(shell: Shell, people: dict[str, User]) -> Event:
    with shell.work() as work:
        found = make_event(work, owner=people["ana"])
        give_role(work, found, people["dee"], "organizer")
        return found


@pytest.fixture
def invite(api: Api, shell: Shell, people: dict[str, User], event: Event) -> Callable[..., Answer]:
    """A function that invites an address to a role."""

    def send(email: str, role: str, *, by: str = "ana", name: str | None = None) -> Answer:
        with shell.work() as work:
            key = make_role(work, role).id
        links = {"event": ("event", event.id), "role": ("role", key)}
        document = {
            "data": {
                "type": "role-invite",
                "attributes": {"email": email, "role-name": name or role},
                "relationships": {one: {"data": {"type": kind, "id": str(id_)}} for one, (kind, id_) in links.items()},
            }
        }
        return api.post("/v1/role-invites", json=document, as_=people[by])

    return send


def _accept(api: Api, token: str) -> Answer:
    return api.post("/v1/role_invites/accept-invite", json={"data": {"token": token}})


def _mailed_token(services: TestServices, run_jobs: Callable[[], int]) -> str:
    run_jobs()
    text = services.mailer.sent[-1].text
    return unquote(text.partition("token=")[2].split()[0])


def _roles(shell: Shell, event: Event) -> set[tuple[int, str]]:
    with shell.work() as work:
        links = UsersEventsRole
        rows = work.db.execute(select(links.user_id, links.role_name).where(links.event_id == event.id))
        return {(row[0], row[1]) for row in rows}


def test_whoever_is_invited_takes_the_part_without_signing_in(
    api: Api, shell: Shell, services: TestServices, people: dict[str, User], event: Event, invite: Any, run_jobs: Any
) -> None:
    made = invite("Bo@Example.org ", "coorganizer")
    token = _mailed_token(services, run_jobs)

    shown = made.json["data"]["attributes"]
    assert (made.status, shown["email"], shown["status"]) == (201, "bo@example.org", "pending")
    assert services.mailer.sent[-1].to == "bo@example.org"
    assert "Ana Ortiz" in services.mailer.sent[-1].text
    assert api.post("/v1/role_invites/user", json={"data": {"token": token}}).json == {"email": "bo@example.org"}
    accepted = _accept(api, token)
    assert (accepted.status, accepted.json) == (
        200,
        {
            "email": "bo@example.org",
            "event": event.id,
            "event_identifier": event.identifier,
            "name": "Bo Lindqvist",
            "role": "coorganizer",
        },
    )
    assert (people["bo"].id, "coorganizer") in _roles(shell, event)
    assert _accept(api, token).status == 409


def test_the_mailed_link_verifies_the_address_and_the_bare_key_does_not(
    api: Api, shell: Shell, services: TestServices, people: dict[str, User], event: Event, invite: Any, run_jobs: Any
) -> None:
    with shell.work() as work:
        for name in ("bo", "eve"):
            work.db.get_one(User, people[name].id).is_verified = False
    hashed = invite("bo@example.org", "registrar").json["data"]["attributes"]["hash"]
    run_jobs()
    invite("eve@example.org", "registrar")

    assert _accept(api, hashed).status == 200
    assert _accept(api, _mailed_token(services, run_jobs)).status == 200

    with shell.work() as work:
        verified = {name: work.db.get_one(User, people[name].id).is_verified for name in ("bo", "eve")}
    assert verified == {"bo": False, "eve": True}


def test_ownership_moves_and_the_owner_so_far_stays_an_organizer(
    api: Api, shell: Shell, people: dict[str, User], event: Event, invite: Any
) -> None:
    earlier = invite("eve@example.org", "owner").json["data"]["attributes"]["hash"]
    later = invite("bo@example.org", "owner").json["data"]["attributes"]["hash"]

    assert _accept(api, earlier).status == 404  # the later invitation took its place
    assert _accept(api, later).status == 200
    assert _roles(shell, event) == {
        (people["bo"].id, "owner"),
        (people["ana"].id, "organizer"),
        (people["dee"].id, "organizer"),
    }


def test_an_organizer_who_was_invited_may_be_asked_to_own_it(
    api: Api, shell: Shell, people: dict[str, User], event: Event, invite: Any
) -> None:
    assert _accept(api, invite("bo@example.org", "organizer").json["data"]["attributes"]["hash"]).status == 200
    asked = invite("bo@example.org", "owner")
    assert asked.status == 201
    assert invite("bo@example.org", "owner").status == 409
    assert _accept(api, asked.json["data"]["attributes"]["hash"]).status == 200
    assert (people["bo"].id, "owner") in _roles(shell, event)


def test_two_who_accept_at_once_take_one_part(
    api: Api, shell: Shell, people: dict[str, User], event: Event, invite: Any
) -> None:
    token = invite("bo@example.org", "organizer").json["data"]["attributes"]["hash"]
    answers: list[int] = []
    callers = [Thread(target=lambda: answers.append(_accept(api, token).status)) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert sorted(answers) == [200, 409]


def test_nobody_invites_to_more_than_he_is(invite: Any) -> None:
    assert invite("eve@example.org", "owner", by="dee").status == 403
    assert invite("eve@example.org", "organizer", by="dee").status == 201
    assert invite("eve@example.org", "owner", by="bo").status == 403


def test_one_invitation_an_address(invite: Any) -> None:
    assert invite("bo@example.org", "registrar").status == 201
    again = invite("BO@example.org", "moderator")
    assert (again.status, again.json["errors"][0]["source"]) == (409, {"pointer": "/data/attributes/email"})


def test_role_and_name_agree(invite: Any) -> None:
    answer = invite("bo@example.org", "registrar", name="moderator")

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": "/data/attributes/role-name"})


def test_an_old_invitation_is_sent_again(
    api: Api, services: TestServices, clock: FixedClock, people: dict[str, User], invite: Any, run_jobs: Any
) -> None:
    made = invite("bo@example.org", "registrar").json["data"]
    run_jobs()
    clock.advance(days=7)
    old = _accept(api, made["attributes"]["hash"])
    path = f"/v1/role-invites/{made['id']}/resend-invite"

    assert (old.status, old.json["errors"][0]["code"]) == (409, "invite-expired")
    assert api.post(path, as_=people["eve"]).status == 403
    assert api.post(path).status == 401
    assert api.post(path, as_=people["ana"]).json["success"] is True
    assert _accept(api, _mailed_token(services, run_jobs)).status == 200
    assert len(services.mailer.sent) == 2
    assert api.post(path, as_=people["ana"]).status == 409
    assert api.post("/v1/role-invites/x/resend-invite", as_=people["ana"]).status == 404


def test_an_invitation_is_not_mailed_endlessly(api: Api, people: dict[str, User], invite: Any) -> None:
    key = invite("bo@example.org", "registrar").json["data"]["id"]

    statuses = [api.post(f"/v1/role-invites/{key}/resend-invite", as_=people["ana"]).status for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_an_invitation_is_taken_back_until_it_is_accepted(
    api: Api, services: TestServices, people: dict[str, User], invite: Any, run_jobs: Any
) -> None:
    made = invite("bo@example.org", "registrar").json["data"]
    other = invite("eve@example.org", "registrar").json["data"]
    _accept(api, other["attributes"]["hash"])

    assert api.delete(f"/v1/role-invites/{made['id']}", as_=people["eve"]).status in {403, 404}
    assert api.delete(f"/v1/role-invites/{made['id']}", as_=people["dee"]).status == 200
    assert api.delete(f"/v1/role-invites/{other['id']}", as_=people["ana"]).status == 409
    assert _accept(api, made["attributes"]["hash"]).status == 404
    run_jobs()
    assert services.mailer.sent == []  # one was taken back, one accepted, before the mail was written


def test_an_address_without_an_account_signs_up_first(api: Api, invite: Any) -> None:
    token = invite("new@example.org", "registrar").json["data"]["attributes"]["hash"]

    assert _accept(api, token).status == 404


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": "x"}, {"data": {"token": 7}}])
def test_a_token_is_needed(api: Api, body: Any) -> None:
    assert api.post("/v1/role_invites/accept-invite", json=body).status == 422
    assert _accept(api, "nonsense").status == 404


def test_invitations_to_a_deleted_event_are_gone(
    api: Api, shell: Shell, services: TestServices, event: Event, invite: Any, run_jobs: Any
) -> None:
    token = invite("bo@example.org", "registrar").json["data"]["attributes"]["hash"]
    with shell.work() as work:
        work.db.get_one(Event, event.id).deleted_at = work.now

    run_jobs()

    assert (_accept(api, token).status, services.mailer.sent) == (404, [])


def test_who_has_no_part_sees_no_invitation(
    api: Api, shell: Shell, people: dict[str, User], event: Event, invite: Any
) -> None:
    with shell.work() as work:
        give_role(work, event, people["bo"], "coorganizer")
    key = invite("eve@example.org", "registrar").json["data"]["id"]
    path = f"/v1/role-invites/{key}"

    assert {api.get(path).status, api.get(path, as_=people["eve"]).status} <= {401, 404}
    assert "hash" not in api.get(path, as_=people["bo"]).json["data"]["attributes"]
    assert "hash" in api.get(path, as_=people["dee"]).json["data"]["attributes"]
    assert api.get(f"/v1/events/{event.id}/role-invites?include=role", as_=people["bo"]).json["meta"] == {"count": 1}


def test_taking_a_role_away_makes_room_for_another_invitation(
    api: Api, shell: Shell, people: dict[str, User], event: Event, invite: Any
) -> None:
    _accept(api, invite("bo@example.org", "registrar").json["data"]["attributes"]["hash"])
    with shell.work() as work:
        held = work.db.scalars(select(UsersEventsRole).where(UsersEventsRole.user_id == people["bo"].id)).one()

    assert api.delete(f"/v1/users-events-roles/{held.id}", as_=people["ana"]).status == 200
    assert invite("bo@example.org", "registrar").status == 201


def test_whoever_creates_an_event_stands_among_its_invitations(api: Api, shell: Shell, people: dict[str, User]) -> None:
    dates = {"starts-at": "2099-12-13T08:00:00Z", "ends-at": "2099-12-15T17:00:00Z"}
    document = {"data": {"type": "event", "attributes": {"name": "PyConf", "timezone": "UTC", **dates}}}

    key = api.post("/v1/events", json=document, as_=people["ana"]).json["data"]["id"]

    with shell.work() as work:
        row = work.db.scalars(select(RoleInvite).where(RoleInvite.event_id == int(key))).one()
    assert (row.email, row.role_name, row.status) == ("ana@example.org", "owner", "accepted")
