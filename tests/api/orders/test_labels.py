"""Labels on people who come: the crew sticks them on, and buyers don't."""

from __future__ import annotations

import pytest

from factories import make_event, make_order
from openevent.events.models import Tag
from openevent.orders.models import Attendee


@pytest.fixture
def seat(shell, free, people):
    with shell.work() as work:
        order = make_order(work, free, buyer=people["bo"])
        return work.db.query(Attendee).filter_by(order_id=order.id).one()


@pytest.fixture
def tag(shell, people):
    """Make a label: tag(event) -> its linkage."""

    def made(event):
        with shell.work() as work:
            row = Tag(event_id=event.id, name="Guest of honour", color="#aa0000")
            work.db.add(row)
            work.db.flush()
            return {"type": "tag", "id": str(row.id)}

    return made


def test_the_crew_labels_people_and_takes_labels_off(api, people, event, seat, tag):
    own, path = tag(event), f"/v1/attendees/{seat.id}"
    link = f"{path}/relationships/tag"

    assert api.patch(link, json={"data": own}, as_=people["dee"]).status == 200
    assert api.get(link, as_=people["dee"]).json["data"] == own
    assert api.get(f"{path}/tags", as_=people["dee"]).json["data"]["attributes"]["name"] == "Guest of honour"
    assert api.get(path, as_=people["dee"]).json["data"]["attributes"]["tag-id"] == int(own["id"])
    assert api.patch(link, json={"data": own}, as_=people["dee"]).status == 204
    assert api.delete(link, as_=people["ana"]).status == 200
    assert api.get(f"{path}/tags", as_=people["dee"]).json["data"] is None


def test_a_label_of_another_event_is_refused(api, shell, people, seat, tag):
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
    foreign = tag(other)
    body = {"data": {"type": "attendee", "id": str(seat.id), "relationships": {"tag": {"data": foreign}}}}

    answer = api.patch(f"/v1/attendees/{seat.id}", json=body, as_=people["dee"])

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "tag-invalid")


def test_a_buyer_makes_nobody_a_guest_of_honour(api, people, event, free, seat, tag):
    own = tag(event)
    links = {
        "event": {"data": {"type": "event", "id": str(event.id)}},
        "ticket": {"data": {"type": "ticket", "id": str(free.id)}},
        "tag": {"data": own},
    }
    new = {"data": {"type": "attendee", "attributes": {"email": "bo@example.org"}, "relationships": links}}

    assert api.patch(f"/v1/attendees/{seat.id}/relationships/tag", json={"data": own}, as_=people["bo"]).status == 403
    assert api.post("/v1/attendees", json=new, as_=people["bo"]).status == 403
    assert api.post("/v1/attendees", json=new, as_=people["dee"]).status == 201
