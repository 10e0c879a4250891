from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import adm, ana, bo, dee, eve
from factories import give_role, make_event, make_order, make_room, make_session, make_ticket
from openevent.orders.models import Attendee


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work), "dee": dee(work), "eve": eve(work), "adm": adm(work)}


@pytest.fixture
def event(shell, people):
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], is_badges_enabled=True)
        give_role(work, event, people["dee"], "registrar")
        return event


@pytest.fixture
def ticket(shell, event):
    with shell.work() as work:
        return make_ticket(work, event, name="Standard", badge_id="badge-1")


@pytest.fixture
def holder(shell, people, ticket):
    """Somebody whose ticket is bought by Bo."""
    with shell.work() as work:
        order = make_order(work, ticket, buyer=people["bo"])
        return work.db.scalars(select(Attendee).where(Attendee.order_id == order.id)).one()


@pytest.fixture
def room(shell, event):
    with shell.work() as work:
        return make_room(work, event, name="Saal 1")


@pytest.fixture
def session(shell, event, room):
    with shell.work() as work:
        return make_session(work, event, title="Opening", microlocation_id=room.id)


def to(type_, row):
    """Return a relationship to one row."""
    return {"data": {"type": type_, "id": str(row if isinstance(row, int) else row.id)}}


def document(type_, attributes=None, **relationships):
    """Return a document of a new resource; of relationships, names have underscores for dashes."""
    links = {name.replace("_", "-"): value for name, value in relationships.items()}
    return {"data": {"type": type_, "attributes": attributes or {}, "relationships": links}}


@pytest.fixture
def station(api, people, event, room):
    """A function that sets up a station of some type, at the room if that is wanted."""

    def make(kind, *, at_room=False):
        links = {"event": to("event", event), **({"microlocation": to("microlocation", room)} if at_room else {})}
        body = document("station", {"station-name": f"Gate {kind}", "station-type": kind}, **links)
        answer = api.post("/v1/station", json=body, as_=people["ana"])
        assert answer.status == 201, answer.body
        return answer.json["data"]["id"]

    return make


@pytest.fixture
def scan(api, people, holder):
    """A function that scans the holder's ticket at a station and returns the answer."""

    def make(station, session=None, as_="ana", who=None):
        links = {"station": to("station", station), "ticket_holder": to("attendee", who or holder)}
        if session is not None:
            links["session"] = to("session", session)
        body = {"data": {"type": "user_check_in", "attributes": {}, "relationships": links}}
        return api.post("/v1/user-check-in", json=body, as_=people[as_])

    return make
