"""What holders of tickets answer to an event's questions."""

from __future__ import annotations

from typing import Any

import pytest

from cast import ana, bo
from clients import Api
from factories import make_attendee, make_event, make_order, make_ticket
from openevent.events.models import Tag
from openevent.forms.models import CustomForm
from openevent.kit.work import Shell
from openevent.orders.queries import holders
from openevent.site.models import Setting

OF_HOLDER = "/data/attributes/complex-field-values"


@pytest.fixture
def people(shell: Shell) -> dict[str, Any]:
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work)}


@pytest.fixture
def held(shell: Shell, people: dict[str, Any]) -> dict[str, Any]:
    """An order of one ticket that asks for a company and a shoe size, and of one whose own set asks for nothing."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], is_ticket_form_enabled=True)
        ask = {"event_id": event.id, "form": "attendee", "is_included": True}
        size = {"field_identifier": "shoeSize", "type": "number", "is_complex": True}
        work.db.add(CustomForm(field_identifier="company", is_required=True, **ask))
        work.db.add(CustomForm(is_required=True, **size, **ask))
        work.db.add(CustomForm(field_identifier="city", form_id="short", **ask))
        ticket, short = make_ticket(work, event, form_id=""), make_ticket(work, event, form_id="short")
        order = make_order(work, ticket, buyer=people["bo"], status="initializing", completed_at=None)
        other = make_attendee(work, short, order=order)
        work.db.flush()
        return {"order": order, "event": event, "ticket": ticket, "one": holders(work.db, order.id)[0], "other": other}


def patch(api: Api, type_: str, row: Any, as_: Any, **attributes: Any) -> Any:
    document = {"data": {"type": type_, "id": str(row.id), "attributes": attributes}}
    return api.patch(f"/v1/{type_}s/{row.id}", json=document, as_=as_)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["errors"][0]["source"]["pointer"]


def test_a_holder_answers_what_the_set_of_the_ticket_asks(api: Api, people: dict[str, Any], held: dict[str, Any]):
    tell = lambda row, **said: patch(api, "attendee", row, people["bo"], **said)  # noqa: E731 -- read as one word

    assert refusal(tell(held["one"], firstname="Bo")) == (422, "/data/attributes/company")
    assert refusal(tell(held["one"], company="ACME")) == (422, f"{OF_HOLDER}/shoe_size")
    wrong = tell(held["one"], company="ACME", **{"complex-field-values": {"shoeSize": "big"}})
    assert refusal(wrong) == (422, f"{OF_HOLDER}/shoe_size")
    for nonsense in ([1], "x", {"shoeSize": {"deep": 1}}):
        assert tell(held["one"], company="ACME", **{"complex-field-values": nonsense}).status == 422
    told = tell(held["one"], company="ACME", **{"complex-field-values": {"shoe_size": 43, "unasked": "x"}})
    assert told.json["data"]["attributes"]["complex-field-values"] == {"shoe_size": 43}
    assert tell(held["one"], city="Rome").json["data"]["attributes"]["complex-field-values"] == {"shoe_size": 43}
    assert tell(held["other"], firstname="Kim", **{"complex-field-values": {}}).status == 200


def test_an_order_moves_on_when_everything_is_answered(api: Api, people: dict[str, Any], held: dict[str, Any]):
    def complete() -> Any:
        return patch(api, "order", held["order"], people["bo"], status="completed")

    assert refusal(complete()) == (422, "/data/relationships/attendees/data/0/company")
    said = {"company": "ACME", "complex-field-values": {"shoe_size": 43}}
    assert patch(api, "attendee", held["one"], people["bo"], **said).status == 200
    assert complete().json["data"]["attributes"]["status"] == "completed"


def test_whoever_is_entered_before_an_order_answers_as_well(api: Api, people: dict[str, Any], held: dict[str, Any]):
    links = {name: {"data": {"type": name, "id": str(held[name].id)}} for name in ("event", "ticket")}

    def enter(**attributes: Any) -> Any:
        document = {"data": {"type": "attendee", "attributes": attributes, "relationships": links}}
        return api.post("/v1/attendees", json=document, as_=people["bo"])

    assert refusal(enter(firstname="Kim", email="kim@example.org")) == (422, "/data/attributes/company")
    entered = enter(firstname="Kim", company="ACME", **{"complex-field-values": {"shoe-size": 38}})
    assert (entered.status, entered.json["data"]["attributes"]["complex-field-values"]) == (201, {"shoe_size": 38})


def test_where_nothing_is_asked_answers_are_none(api: Api, shell: Shell, people: dict[str, Any], held: dict[str, Any]):
    with shell.work() as work:
        work.db.merge(held["event"]).is_ticket_form_enabled = False

    told = patch(api, "attendee", held["one"], people["bo"], **{"complex-field-values": {"shoe_size": 43}})

    assert (told.status, told.json["data"]["attributes"]["complex-field-values"]) == (200, None)


def test_admins_say_how_many_own_answers_are_kept(api: Api, shell: Shell, people: dict[str, Any], held: dict[str, Any]):
    with shell.work() as work:
        work.db.add(Setting(id=1, max_complex_custom_fields=1))
    said = {"company": "ACME", "complex-field-values": {"shoe_size": 43, "another": 1}}

    assert refusal(patch(api, "attendee", held["one"], people["bo"], **said)) == (422, OF_HOLDER)


def test_the_crew_labels_people_by_number_and_what_a_buyer_says_of_labels_is_not_heard(
    api: Api, shell: Shell, people: dict[str, Any], held: dict[str, Any]
):
    with shell.work() as work:
        tag, elsewhere = Tag(event_id=held["event"].id, name="VIP"), Tag(event_id=make_event(work).id, name="VIP")
        work.db.add_all([tag, elsewhere])

    assert patch(api, "attendee", held["other"], people["ana"], **{"tag-id": elsewhere.id}).status == 422
    assert patch(api, "attendee", held["other"], people["ana"], **{"tag-id": 999}).status == 422
    stuck = patch(api, "attendee", held["other"], people["ana"], **{"tag-id": tag.id})
    assert (stuck.status, stuck.json["data"]["attributes"]["tag-id"]) == (200, tag.id)
    kept = patch(api, "attendee", held["other"], people["bo"], **{"tag-id": None, "firstname": "Kim"})
    assert (kept.status, kept.json["data"]["attributes"]["tag-id"]) == (200, tag.id)
