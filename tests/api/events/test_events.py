from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from cast import adm, ana, bo, dee, eve
from clients import Api
from factories import give_role, make_event, make_order, make_ticket
from openevent.events.actions import seed
from openevent.events.models import Event, EventTopic, EventType
from openevent.kit.work import Shell
from openevent.people.models import User

PUBLIC_ONLY = {"starts-at", "state", "name", "identifier", "description", "payment-currency", "deleted-at"}
FULL_RELATIONS = {"track-organizers", "moderators", "registrars", "roles"}


def _document(**attributes: Any) -> dict[str, Any]:
    values = {
        "name": "PyConf",
        "timezone": "Europe/Berlin",
        "starts-at": "2099-12-13T08:00:00+00:00",
        "ends-at": "2099-12-15T17:00:00+00:00",
        **attributes,
    }
    return {"data": {"type": "event", "attributes": values}}


def _patch(event: Event, **attributes: Any) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in attributes.items()}
    return {"data": {"type": "event", "id": str(event.id), "attributes": sent}}


@pytest.fixture
def people(shell: Shell) -> dict[str, User]:
    with shell.work() as work:
        return {maker.__name__: maker(work) for maker in (ana, bo, dee, eve, adm)}


def test_creating_an_event_answers_with_the_whole_of_it(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        seed(work)
    document = _document(**{"location-name": "Berlin", "latitude": 52.52, "description": "<p>A conference</p>"})
    document["data"]["relationships"] = {"event-type": {"data": {"type": "event-type", "id": "1"}}}

    answer = api.post("/v1/events", json=document, as_=people["ana"])

    data = answer.json["data"]
    assert answer.status == 201
    assert answer.headers["Location"].endswith(data["links"]["self"])
    assert data["links"]["self"] == f"/v1/events/{data['id']}"
    assert data["attributes"]["state"] == "draft"
    assert data["attributes"]["starts-at"] == "2099-12-13T08:00:00+00:00"
    assert (data["attributes"]["latitude"], data["attributes"]["deleted-at"]) == (52.52, None)
    assert data["attributes"]["chat-room-name"] == f"PyConf-{data['attributes']['identifier']}"
    assert data["relationships"]["event-type"] == {
        "links": {
            "self": f"/v1/events/{data['id']}/relationships/event-type",
            "related": f"/v1/events/{data['id']}/event-type",
        }
    }
    assert data["relationships"]["roles"]["links"]["related"] == f"/v1/events/{data['id']}/users-events-roles"
    assert api.get(f"/v1/events/{data['id']}/event-type").status == 404  # a draft hides what hangs on it
    assert api.get(f"/v1/events/{data['id']}/event-type", as_=people["ana"]).json["data"]["id"] == "1"


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"timezone": "Mars/Base"}, "/data/attributes/timezone"),
        ({"starts-at": "2099-12-16T08:00:00+00:00"}, "/data/attributes/ends-at"),
        ({"ends-at": "2100-12-15T17:00:00+00:00"}, "/data/attributes/ends-at"),
        ({"name": None}, "/data/attributes/name"),
        ({"latitude": 91}, "/data/attributes/latitude"),
        ({"state": "cancelled"}, "/data/attributes/state"),
        ({"privacy": "secret"}, "/data/attributes/privacy"),
        ({"payment-currency": "XXX"}, "/data/attributes/payment-currency"),
        ({"logo-url": "javascript:alert(1)"}, "/data/attributes/logo-url"),
        ({"paypal-email": "nobody"}, "/data/attributes/paypal-email"),
        ({"is-document-enabled": True, "document-links": [{"name": "x"}]}, "/data/attributes/document-links"),
    ],
)
def test_bad_values_are_pointed_at_and_nothing_is_stored(
    api: Api, shell: Shell, people: dict[str, User], sent: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/v1/events", json=_document(**sent), as_=people["ana"])

    assert answer.status == 422
    assert [error["source"] for error in answer.json["errors"]] == [{"pointer": pointer}]
    assert api.get("/v1/events", as_=people["adm"]).json["meta"]["count"] == 0


def test_anonymous_callers_create_nothing(api: Api) -> None:
    answer = api.post("/v1/events", json=_document())

    assert answer.status == 401
    assert list(answer.json) == ["error"]


def test_unverified_accounts_create_nothing(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        new = eve(work)
        new.is_verified = False

    assert api.post("/v1/events", json=_document(), as_=new).status == 403


def test_publishing_without_a_name_conflicts(api: Api, people: dict[str, User]) -> None:
    answer = api.post("/v1/events", json=_document(name=" ", state="published"), as_=people["ana"])

    assert answer.status in (409, 422)
    assert answer.json["errors"][0]["source"] == {"pointer": "/data/attributes/name"}


def test_html_is_cleaned_on_its_way_in(api: Api, people: dict[str, User]) -> None:
    dirty = '<p onclick="x()">Hi<script>steal()</script> <a href="javascript:x()">you</a></p>'
    names = ("description", "owner-description", "code-of-conduct", "after-order-message")

    created = api.post("/v1/events", json=_document(**dict.fromkeys(names, dirty)), as_=people["ana"]).json["data"]

    clean = '<p>Hi <a target="_blank" rel="nofollow noopener">you</a></p>'
    assert {name: created["attributes"][name] for name in names} == dict.fromkeys(names, clean)


def test_the_front_page_marks_are_the_operator_s(api: Api, people: dict[str, User]) -> None:
    marks = {"is-featured": True, "is-promoted": True, "is-demoted": True}

    own = api.post("/v1/events", json=_document(**marks), as_=people["ana"]).json["data"]["attributes"]
    admin = api.post("/v1/events", json=_document(**marks), as_=people["adm"]).json["data"]["attributes"]

    assert {name: own[name] for name in marks} == dict.fromkeys(marks, False)
    assert {name: admin[name] for name in marks} == marks


def test_a_draft_is_not_there_for_outsiders(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], state="draft")
        give_role(work, event, people["dee"], "registrar")
    paths = (f"/v1/events/{event.id}", f"/v1/events/{event.identifier}")
    seen = {
        name: {api.get(path, as_=who).status for path in paths} for name, who in [("nobody", None), *people.items()]
    }

    assert seen == {"nobody": {404}, "eve": {404}, "bo": {404}, "dee": {200}, "ana": {200}, "adm": {200}}


def test_a_draft_shows_in_no_list_of_outsiders(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        kind, topic = EventType(name="Conference", slug="conference"), EventTopic(name="Music", slug="music")
        work.db.add_all([kind, topic])
        work.db.flush()
        of = {"event_type_id": kind.id, "event_topic_id": topic.id, "owner": people["ana"]}
        shown = make_event(work, name="Shown", **of)
        draft = make_event(work, name="Draft", state="draft", **of)
        private = make_event(work, name="Private", privacy="private", **of)
        make_event(work, name="Deleted", deleted_at=work.now, **of)
    lists = ("/v1/events", f"/v1/event-types/{kind.id}/events", f"/v1/event-topics/{topic.id}/events")

    def ids(path: str, who: User | None) -> list[int]:
        return [int(one["id"]) for one in api.get(path, as_=who).json["data"]]

    for path in lists:
        assert ids(path, None) == ids(path, people["eve"]) == [shown.id]
        assert ids(path, people["ana"]) == ids(path, people["adm"]) == [shown.id, draft.id, private.id]
    included = api.get(f"/v1/event-types/{kind.id}?include=events").json["included"]
    assert [one["id"] for one in included] == [str(shown.id)]


def test_an_empty_list_is_empty_and_no_refusal(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        seed(work)

    for path in (
        "/v1/events",
        "/v1/event-types/1/events",
        "/v1/event-topics/1/events",
        "/v1/event-sub-topics/1/events",
    ):
        answer = api.get(path)
        assert (answer.status, answer.json["data"], answer.json["meta"]) == (200, [], {"count": 0})


@pytest.mark.parametrize(
    "condition",
    [
        {"name": "name", "op": "ilike", "val": "Dra%"},
        {"name": "state", "op": "eq", "val": "draft"},
        {"not": {"name": "state", "op": "eq", "val": "published"}},
        {"or": [{"name": "name", "op": "eq", "val": "Draft"}, {"name": "name", "op": "eq", "val": "Private"}]},
    ],
)
def test_a_filter_finds_nothing_that_a_list_hides(
    api: Api, shell: Shell, people: dict[str, User], condition: dict[str, Any]
) -> None:
    with shell.work() as work:
        make_event(work, name="Draft", state="draft", owner=people["ana"])
        make_event(work, name="Private", privacy="private", owner=people["ana"])
    query = f"/v1/events?filter={quote(json.dumps([condition]))}"

    assert api.get(query).json["data"] == []
    assert api.get(query, as_=people["ana"]).json["data"] != []


def test_a_filter_does_not_probe_what_stands_behind_an_event(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])
        hidden = make_ticket(work, event, name="Secret", is_hidden=True)
        hash_ = people["ana"].password_hash[:5]

    def find(*conditions: dict[str, Any]) -> Any:
        return api.get(f"/v1/events?filter={quote(json.dumps(list(conditions)))}")

    probes = [
        {"name": "owner", "op": "has", "val": {"name": "password-hash", "op": "like", "val": f"{hash_}%"}},
        {"name": "owner__password_hash", "op": "eq", "val": "x"},
        {"name": "owner", "op": "has", "val": {"name": "email", "op": "eq", "val": "ana@example.org"}},
        {"name": "roles", "op": "any", "val": {"name": "id", "op": "gt", "val": 0}},
        {"name": "tickets", "op": "any", "val": {"name": "name", "op": "eq", "val": hidden.name}},
    ]
    for probe in probes:
        answer = find(probe)
        assert answer.status == 400 or answer.json["data"] == [], probe


def test_co_organizers_change_an_event_and_others_do_not(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])
        give_role(work, event, people["bo"], "coorganizer")
        give_role(work, event, people["dee"], "registrar")

    statuses = {
        name: api.patch(f"/v1/events/{event.id}", json=_patch(event, name=name), as_=people.get(name)).status
        for name in ("nobody", "eve", "dee", "bo", "ana", "adm")
    }

    assert statuses == {"nobody": 401, "eve": 403, "dee": 403, "bo": 200, "ana": 200, "adm": 200}


def test_publishing_answers_200_and_shows_the_event(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], state="draft")

    answer = api.patch(f"/v1/events/{event.identifier}", json=_patch(event, state="published"), as_=people["ana"])

    assert (answer.status, answer.json["data"]["attributes"]["state"]) == (200, "published")
    assert api.get(f"/v1/events/{event.identifier}").status == 200


def test_only_what_was_sent_changes(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], is_map_shown=True, owner_name="Olga")
    before = api.get(f"/v1/events/{event.id}", as_=people["ana"]).json["data"]["attributes"]

    after = api.patch(
        f"/v1/events/{event.id}", json=_patch(event, is_featured=True, logo_url="https://e.org/l"), as_=people["ana"]
    )

    assert after.json["data"]["attributes"] == {**before, "logo-url": "https://e.org/l"}


def test_visitors_see_no_full_relations(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])

    public = api.get(f"/v1/events/{event.id}").json["data"]
    full = api.get(f"/v1/events/{event.id}", as_=people["ana"]).json["data"]

    assert public["attributes"].keys() >= PUBLIC_ONLY
    assert not FULL_RELATIONS & public["relationships"].keys()
    assert full["relationships"].keys() >= FULL_RELATIONS
    assert {"owner", "organizers", "coorganizers", "event-topic", "sponsors"} <= public["relationships"].keys()


def test_sparse_fields_leave_the_rest_out(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], name="PyConf")

    answer = api.get(f"/v1/events/{event.identifier}?fields[event]=name,identifier")

    assert answer.json == {
        "data": {
            "type": "event",
            "attributes": {"name": "PyConf", "identifier": event.identifier},
            "id": str(event.id),
            "links": {"self": f"/v1/events/{event.id}"},
        },
        "links": {"self": f"/v1/events/{event.id}"},
        "jsonapi": {"version": "1.0"},
    }


def test_who_runs_a_public_event_is_public_but_not_how_to_write_to_them(
    api: Api, shell: Shell, people: dict[str, User]
) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])

    body = api.get(f"/v1/events/{event.id}?include=owner,organizers").json

    assert body["data"]["relationships"]["owner"]["data"] == {"type": "user", "id": str(people["ana"].id)}
    assert body["data"]["relationships"]["organizers"]["data"] == []
    assert [(one["id"], one["attributes"]["first-name"]) for one in body["included"]] == [
        (str(people["ana"].id), "Ana")
    ]
    assert "email" not in body["included"][0]["attributes"]


def test_who_runs_a_draft_is_known_to_its_team(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], state="draft")
        give_role(work, event, people["dee"], "registrar")
        make_event(work, owner=people["ana"], deleted_at=work.now)
    path = f"/v1/users/{people['ana'].id}"

    assert {api.get(path, as_=who).status for who in (None, people["eve"], people["bo"])} <= {401, 404}
    assert api.get(path, as_=people["dee"]).status == 200
    roles = api.get(f"/v1/events/{event.id}/users-events-roles?include=user", as_=people["ana"]).json
    assert [one["attributes"]["first-name"] for one in roles["included"]] == ["Ana", "Dee"]


def test_deleting_hides_an_event(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])

    assert api.delete(f"/v1/events/{event.id}", as_=people["eve"]).status == 403
    assert api.delete(f"/v1/events/{event.id}?permanent=true", as_=people["ana"]).status == 403
    assert api.delete(f"/v1/events/{event.id}", as_=people["ana"]).status == 200
    assert {api.get(f"/v1/events/{event.id}", as_=who).status for who in (None, people["ana"], people["adm"])} == {404}


def test_what_an_account_organizes_is_listed_for_itself(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        own = make_event(work, owner=people["ana"], state="draft")
        helped = make_event(work, owner=people["bo"])
        give_role(work, helped, people["ana"], "coorganizer")
        give_role(work, helped, people["ana"], "registrar")
        make_event(work, owner=people["bo"])
    of = f"/v1/users/{people['ana'].id}"

    def ids(name: str, who: User) -> list[str]:
        return [one["id"] for one in api.get(f"{of}/{name}", as_=who).json["data"]]

    assert ids("events", people["ana"]) == [str(own.id), str(helped.id)]
    assert ids("owner-events", people["ana"]) == [str(own.id)]
    assert ids("coorganizer-events", people["adm"]) == ids("registrar-events", people["ana"]) == [str(helped.id)]
    assert ids("organizer-events", people["ana"]) == []
    assert api.get(f"{of}/events", as_=people["eve"]).status in (403, 404)
    assert api.get(f"{of}/events").status in (401, 404)


def test_an_event_with_orders_stays(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"])
        make_order(work, make_ticket(work, event))

    assert api.delete(f"/v1/events/{event.id}", as_=people["ana"]).status == 403
    assert api.get(f"/v1/events/{event.id}").status == 200


def test_tickets_follow_the_currency_of_their_event(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], payment_currency="EUR", can_pay_by_bank=True)
        ticket = make_ticket(work, event, price=4250)

    api.patch(f"/v1/events/{event.id}", json=_patch(event, payment_currency="JPY"), as_=people["ana"])

    with shell.work() as work:
        found = work.db.merge(ticket)
        work.db.refresh(found)
        assert (found.currency, found.price) in {("JPY", 42), ("JPY", 43)}
