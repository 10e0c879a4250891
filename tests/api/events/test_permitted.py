"""Who may create and publish before the address is verified (v1 reference 6.8), and who is told of invitations."""

from __future__ import annotations

from typing import Any

from cast import ana, bo
from clients import Api
from factories import make_event, make_role, make_user
from openevent.kit.work import Shell
from openevent.people.actions import seed
from openevent.people.models import UserPermission


def _create(api: Api, who: Any, state: str) -> int:
    attributes = {"name": "Day", "starts-at": "2099-01-01", "ends-at": "2099-01-02", "timezone": "UTC", "state": state}
    return api.post("/v1/events", json={"data": {"type": "event", "attributes": attributes}}, as_=who).status


def test_admins_let_unverified_accounts_create_and_publish(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        seed(work)
        new = make_user(work, is_verified=False)
    assert (_create(api, None, "draft"), _create(api, new, "draft")) == (401, 403)

    for name, expected in (("create_event", (201, 403)), ("publish_event", (201, 201))):
        with shell.work() as work:
            rule = work.db.query(UserPermission).filter_by(name=name).one()
            rule.unverified_user = True
        assert (_create(api, new, "draft"), _create(api, new, "published")) == expected


def test_an_account_that_is_asked_to_help_is_told(api: Api, shell: Shell, run_jobs: Any) -> None:
    with shell.work() as work:
        owner, asked = ana(work), bo(work)
        event = make_event(work, owner=owner)
        role = make_role(work, "organizer")
    links = {
        "event": {"data": {"type": "event", "id": str(event.id)}},
        "role": {"data": {"type": "role", "id": str(role.id)}},
    }
    for email in (asked.email, "nobody@example.org"):
        attributes = {"email": email, "role-name": "organizer"}
        document = {"data": {"type": "role-invite", "attributes": attributes, "relationships": links}}
        assert api.post("/v1/role-invites", json=document, as_=owner).status == 201
    run_jobs()

    (told,) = api.get(f"/v1/users/{asked.id}/notifications", as_=asked).json["data"]
    content = told["attributes"]["content"]
    assert (content["type"], content["target_type"]) == ("event_role", "RoleInvite")
    assert [one["first_name"] for one in content["actors"]] == ["Ana"]
    assert content["event"]["name"] == event.name
