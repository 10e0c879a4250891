from __future__ import annotations

from typing import Any

import pytest

from cast import adm, ana, bo, eve
from clients import Answer, Api
from factories import give_role, make_event
from openevent.events.actions import seed
from openevent.events.models import Event, Exhibitor, FaqType
from openevent.kit.work import Shell
from openevent.people.models import User


@pytest.fixture
def people(shell: Shell) -> dict[str, User]:
    with shell.work() as work:
        return {maker.__name__: maker(work) for maker in (ana, bo, eve, adm)}


@pytest.fixture
def event(shell: Shell, people: dict[str, User]) -> Event:
    with shell.work() as work:
        return make_event(work, owner=people["ana"])


def _new(type_: str, event: Event, links: dict[str, tuple[str, int]] | None = None, **attributes: Any) -> Any:
    told = {"event": ("event", event.id), **(links or {})}
    return {
        "data": {
            "type": type_,
            "attributes": {name.replace("_", "-"): value for name, value in attributes.items()},
            "relationships": {name: {"data": {"type": kind, "id": str(key)}} for name, (kind, key) in told.items()},
        }
    }


def _refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["errors"][0]["source"]["pointer"]


def test_an_event_has_one_copyright(api: Api, people: dict[str, User], event: Event) -> None:
    document = _new("event-copyright", event, licence="CC BY", year=2026, holder="Ana", licence_url="https://e.org")

    made = api.post("/v1/event-copyrights", json=document, as_=people["ana"])
    again = api.post("/v1/event-copyrights", json=document, as_=people["ana"])

    assert made.status == 201
    assert made.json["data"]["attributes"] == {
        "holder": "Ana",
        "holder-url": None,
        "licence": "CC BY",
        "licence-url": "https://e.org",
        "year": 2026,
        "logo-url": None,
        "deleted-at": None,
    }
    assert _refusal(again) == (422, "/data/relationships/event")
    path = f"/v1/events/{event.identifier}/event-copyright"
    key = made.json["data"]["id"]
    assert api.get(path).json["data"]["id"] == key
    body = {"data": {"type": "event-copyright", "id": key, "attributes": {"year": 2027}}}
    assert _refusal(api.patch(path, json=body, as_=people["ana"])) == (422, "/data/attributes/year")
    body["data"]["attributes"] = {"year": 1900}
    assert api.patch(path, json=body, as_=people["ana"]).json["data"]["attributes"]["year"] == 1900
    assert api.delete(path, as_=people["ana"]).status == 200
    assert api.get(path).json["data"] is None
    assert api.post("/v1/event-copyrights", json=document, as_=people["ana"]).status == 201
    assert api.get("/v1/event-copyrights").status == 405


@pytest.mark.parametrize("year", [1899, 2027])
def test_a_copyright_is_of_a_year_that_has_been(api: Api, people: dict[str, User], event: Event, year: int) -> None:
    answer = api.post(
        "/v1/event-copyrights", json=_new("event-copyright", event, licence="X", year=year), as_=people["ana"]
    )

    assert _refusal(answer) == (422, "/data/attributes/year")


def test_exhibitors_show_what_they_are(api: Api, people: dict[str, User], event: Event) -> None:
    links = [{"name": "Blog", "link": "https://example.org", "is_custom": True}]
    document = _new("exhibitor", event, name="ACME booth", url="http://example.com", position=1, social_links=links)

    made = api.post("/v1/exhibitors", json=document, as_=people["ana"]).json["data"]

    shown = made["attributes"]
    assert (shown["status"], shown["enable-video-room"], shown["social-links"]) == ("pending", False, links)
    listed = api.get(f"/v1/events/{event.id}/exhibitors").json
    assert ([one["id"] for one in listed["data"]], listed["meta"]) == ([made["id"]], {"count": 1})
    assert api.delete(f"/v1/exhibitors/{made['id']}", as_=people["ana"]).status == 200
    assert api.get(f"/v1/exhibitors/{made['id']}?get_trashed=true", as_=people["adm"]).status == 404


@pytest.mark.parametrize(
    "links", ["x", [1], [{"name": "x"}], [{"name": "x", "link": "javascript:x"}], [{"link": "https://x", "name": 1}]]
)
def test_bad_links_of_exhibitors_are_refused(api: Api, people: dict[str, User], event: Event, links: Any) -> None:
    answer = api.post("/v1/exhibitors", json=_new("exhibitor", event, name="X", social_links=links), as_=people["ana"])

    assert answer.status == 422


def test_another_banner_takes_its_thumbnail_away(api: Api, shell: Shell, people: dict[str, User], event: Event) -> None:
    with shell.work() as work:
        row = Exhibitor(
            event_id=event.id, name="X", banner_url="https://e.org/1", thumbnail_image_url="https://e.org/2"
        )
        work.db.add(row)

    def patch(**attributes: Any) -> Any:
        body = {"data": {"type": "exhibitor", "id": str(row.id), "attributes": attributes}}
        return api.patch(f"/v1/exhibitors/{row.id}", json=body, as_=people["ana"]).json["data"]["attributes"]

    assert patch(name="Y")["thumbnail-image-url"] == "https://e.org/2"
    assert patch(**{"banner-url": "https://e.org/3"})["thumbnail-image-url"] is None


def _exhibitors(shell: Shell, event: Event, count: int) -> list[int]:
    with shell.work() as work:
        rows = [Exhibitor(event_id=event.id, name=f"E{number}", position=9) for number in range(count)]
        work.db.add_all(rows)
        work.db.flush()
        return [row.id for row in rows]


def _order(api: Api, event: Event) -> list[int]:
    return [one["attributes"]["position"] for one in api.get(f"/v1/events/{event.id}/exhibitors?sort=id").json["data"]]


def test_exhibitors_are_put_into_order(api: Api, shell: Shell, people: dict[str, User], event: Event) -> None:
    one, two, three = _exhibitors(shell, event, 3)
    path = f"/v1/events/{event.identifier}/reorder-exhibitors"
    wanted = [{"exhibitor": one, "position": 2}, {"exhibitor": str(two), "position": 1}]

    answer = api.post(path, json=wanted, as_=people["ana"])

    assert (answer.status, answer.json) == (200, {"success": True, "updates": {"1": 1, "2": 1}})
    assert _order(api, event) == [2, 1, 9]
    reset = api.post(f"{path}?reset", as_=people["ana"])
    assert (reset.json, _order(api, event)) == ({"success": True, "updates": {"0": 3}}, [0, 0, 0])
    assert api.post(path, json=[], as_=people["ana"]).status == 400 or _order(api, event) == [0, 0, 0]
    assert api.post(path, json=[{"exhibitor": three, "position": 0}], as_=people["eve"]).status == 403


def test_exhibitors_of_another_event_are_not_moved(
    api: Api, shell: Shell, people: dict[str, User], event: Event
) -> None:
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
    (mine,), (theirs,) = _exhibitors(shell, event, 1), _exhibitors(shell, other, 1)
    wanted = [{"exhibitor": mine, "position": 1}, {"exhibitor": theirs, "position": 2}]

    assert api.post(f"/v1/events/{event.id}/reorder-exhibitors", json=wanted, as_=people["ana"]).status == 403
    assert _order(api, event) == _order(api, other) == [9]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 422),
        (b"[1]", 422),
        (b'[{"exhibitor": 1}]', 422),
        (b'[{"exhibitor": true, "position": 1}]', 422),
        (b'[{"exhibitor": 1, "position": -1}]', 422),
        (b'[{"exhibitor": 99999999999999999999, "position": 1}]', 422),
    ],
)
def test_a_bad_order_is_refused(api: Api, people: dict[str, User], event: Event, body: bytes, status: int) -> None:
    answer = api.post(f"/v1/events/{event.id}/reorder-exhibitors", body=body, as_=people["ana"])

    assert answer.status == status


def test_questions_are_sorted_by_types_of_their_own_event(
    api: Api, shell: Shell, people: dict[str, User], event: Event
) -> None:
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
        own, foreign = FaqType(event_id=event.id, name="Travel"), FaqType(event_id=other.id, name="Food")
        work.db.add_all([own, foreign])
        work.db.flush()

    def add(kind: FaqType) -> Answer:
        document = _new("faq", event, {"faq-type": ("faq-type", kind.id)}, question="Where?", answer="Here")
        return api.post("/v1/faqs", json=document, as_=people["ana"])

    made = add(own)
    assert (made.status, _refusal(add(foreign))) == (201, (422, "/data/relationships/faq-type"))
    assert [one["id"] for one in api.get(f"/v1/faq-types/{own.id}/faqs").json["data"]] == [made.json["data"]["id"]]
    key = made.json["data"]["id"]
    body = {"data": {"type": "faq", "id": key, "attributes": {"answer": "There"}}}
    assert api.patch(f"/v1/faqs/{key}", json=body, as_=people["ana"]).json["data"]["attributes"]["answer"] == "There"
    assert api.post("/v1/faqs", json=_new("faq", event, question="?", answer="!"), as_=people["eve"]).status == 403


def test_a_label_has_one_name_an_event(api: Api, people: dict[str, User], event: Event) -> None:
    document = _new("tag", event, name="VIP", color="#ff0000", is_read_only=True)

    assert api.post("/v1/tags", json=document, as_=people["ana"]).status == 201
    assert _refusal(api.post("/v1/tags", json=document, as_=people["ana"])) == (409, "/data/attributes/name")
    assert api.post("/v1/tags", json=document, as_=people["eve"]).status == 403
    assert api.post("/v1/tags", json=document).status == 401


def test_rights_of_roles_are_told_and_kept_by_admins(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        seed(work)
        seed(work)

    assert api.get("/v1/services", as_=people["ana"]).status == 403
    assert api.get("/v1/services", as_=people["adm"]).json["meta"]["count"] == 5
    rights = api.get("/v1/event-role-permissions?page[size]=0&include=role,service", as_=people["adm"]).json
    assert rights["meta"]["count"] == 30
    key = rights["data"][0]["id"]
    assert api.get(f"/v1/event-role-permissions/{key}").status == 200
    body = {"data": {"type": "event-role-permissions", "id": key, "attributes": {"can-delete": False}}}
    assert api.patch(f"/v1/event-role-permissions/{key}", json=body, as_=people["ana"]).status == 403
    assert api.patch(f"/v1/event-role-permissions/{key}", json=body, as_=people["adm"]).status == 200
    assert api.delete(f"/v1/event-role-permissions/{key}", as_=people["adm"]).status == 405


def test_places_are_those_that_public_events_name_most(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        for name in ("Berlin", "Berlin", "New York", *(f"Place {number}" for number in range(6))):
            make_event(work, searchable_location_name=name)
        for hidden in ({"state": "draft"}, {"privacy": "private"}, {"deleted_at": work.now}):
            for _ in range(3):
                make_event(work, searchable_location_name="Atlantis", **hidden)
        make_event(work, searchable_location_name="")

    found = api.get("/v1/event-locations").json

    assert [one["attributes"]["name"] for one in found["data"]] == [
        "Berlin",
        "New York",
        "Place 0",
        "Place 1",
        "Place 2",
        "Place 3",
    ]
    assert (found["data"][1]["id"], found["data"][1]["attributes"]["slug"]) == ("1", "new-york")
    assert found["meta"] == {"count": 6}
    assert api.get("/v1/event-locations/0/events").json["meta"] == {"count": 2}
    assert api.get("/v1/event-locations?page[size]=2&include=events").status == 200


def test_admins_offer_places_that_no_event_names_yet(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        make_event(work, searchable_location_name="Berlin")

    def offered(name: str, who: str) -> Any:
        body = {"data": {"type": "event-location", "attributes": {"name": name}}}
        return api.post("/v1/event-locations", json=body, as_=people[who])

    made = offered(" Old Town ", "adm")
    assert (made.status, made.json["data"]["attributes"]) == (201, {"name": "Old Town", "slug": "old-town"})
    assert [one["attributes"]["name"] for one in api.get("/v1/event-locations").json["data"]] == ["Berlin", "Old Town"]
    assert api.get(made.json["data"]["links"]["self"]).json["data"] == made.json["data"]
    assert [offered(name, "adm").status for name in ("berlin", "old town", " ")] == [409, 409, 422]
    assert offered("Bonn", "ana").status == 403
    with shell.work() as work:
        make_event(work, searchable_location_name="Old Town")
    assert api.get("/v1/event-locations").json["meta"] == {"count": 2}


def test_a_star_is_found_by_its_event(api: Api, shell: Shell, people: dict[str, User]) -> None:
    with shell.work() as work:
        for _ in range(3):
            event = make_event(work, owner=people["ana"])
    document = {"data": {"type": "user-favourite-event", "relationships": _new("x", event)["data"]["relationships"]}}

    made = api.post("/v1/user-favourite-events", json=document, as_=people["bo"])
    path = f"/v1/user-favourite-events/{event.id}"

    assert made.status == 201
    assert (made.json["data"]["id"], event.id) == ("1", 3)
    assert api.get(path, as_=people["bo"]).json["data"]["id"] == "1"
    assert api.get("/v1/user-favourite-events/1", as_=people["bo"]).json["data"]["id"] == "1"
    assert {api.get(path, as_=people[who]).status for who in ("eve", "ana")} == {404}
    assert api.post("/v1/user-favourite-events", json=document, as_=people["bo"]).status == 409
    mine = f"/v1/users/{people['bo'].id}/user-favourite-events"
    assert api.get(mine, as_=people["bo"]).json["meta"] == {"count": 1}
    assert api.get(mine, as_=people["eve"]).status in {403, 404}
    assert api.get("/v1/user-favourite-events", as_=people["eve"]).json["data"] == []
    assert api.delete(path, as_=people["eve"]).status == 404
    assert api.delete(path, as_=people["bo"]).status == 200
    assert api.get(path, as_=people["bo"]).status == 404
    assert api.post("/v1/user-favourite-events", json=document, as_=people["bo"]).json["data"]["id"] == "1"
    assert api.post("/v1/user-favourite-events", json=document).status == 401


def test_a_co_organizer_keeps_the_parts(api: Api, shell: Shell, people: dict[str, User], event: Event) -> None:
    with shell.work() as work:
        give_role(work, event, people["bo"], "coorganizer")

    for type_, attributes in (("faq-type", {"name": "x"}), ("exhibitor", {"name": "x"}), ("tag", {"name": "x"})):
        assert api.post(f"/v1/{type_}s", json=_new(type_, event, **attributes), as_=people["bo"]).status == 201
