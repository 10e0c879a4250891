"""What stands about benches on the pages of events and tickets."""

import re
from datetime import timedelta

import pytest

from cast import actor, adm, ana, bo, chi
from factories import make_event, make_order, make_session, make_ticket
from openevent.lab.actions.leasing import ask
from openevent.lab.models import Bench, Device


@pytest.fixture
def world(shell, bench):
    """A workshop of Ana's with one bench, of which Bo has a ticket, and Chi has another ticket."""
    with shell.work() as work:
        organizer, holder, other = ana(work), bo(work), chi(work)
        event = make_event(work, owner=organizer, is_sessions_speakers_enabled=True)
        workshop, plain = make_ticket(work, event), make_ticket(work, event)
        orders = [make_order(work, workshop, buyer=holder), make_order(work, plain, buyer=other)]
        session = make_session(work, event, title="Soldering")
        work.db.get_one(Device, bench.id).is_open = False
        work.db.add(
            Bench(
                device_id=bench.id, event_id=event.id, session_id=session.id, ticket_id=workshop.id, created_at=work.now
            )
        )
        return {
            "event": f"/e/{event.identifier}",
            "orders": [f"/orders/{one.identifier}" for one in orders],
            "begins": session.starts_at,
            "people": (adm(work), organizer, holder, other),
        }


def said(page):
    """Return what stands in the lists beside events and tickets."""
    lists = (part.partition("</ul>")[0] for part in page.text.split('<ul class="beside">')[1:])
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in lists]


def test_a_bench_stands_beside_its_session_for_those_who_may_use_it(visitor, world, bench):
    pages = [visitor(one).get(world["event"]) for one in (*world["people"], None)]

    assert [said(page) for page in pages[:2]] == [["Bench Bench 1 Free"] * 2] * 2
    assert said(pages[2])[0].startswith("Your bench Bench 1 from ")
    assert [said(page) for page in pages[3:]] == [[], []]
    assert f'href="/lab/devices/{bench.id}"' in pages[2].text


def test_a_holder_reads_on_the_ticket_whose_turn_it_is(visitor, world, shell, bench, clock):
    _, organizer, holder, other = world["people"]
    clock.at = world["begins"] + timedelta(minutes=5)
    free = [said(visitor(holder).get(page)) for page in ("/my-tickets", world["orders"][0])]
    with shell.work() as work:
        lease = ask(work, bench.id, by=actor(holder)).lease
    held = [said(visitor(one).get(world["event"]))[0] for one in (holder, organizer)]
    with shell.work() as work:
        ask(work, bench.id, by=actor(organizer))
    waiting = said(visitor(organizer).get(world["event"]))[0]

    assert lease.status == "held"
    assert free == [["Your bench Bench 1 Free"]] * 2
    assert (held, waiting) == (["Your bench Bench 1 Your turn", "Bench Bench 1 In use"], "Bench Bench 1 You wait")
    assert said(visitor(other).get("/my-tickets")) == []
    clock.at = world["begins"] + timedelta(hours=1)
    assert said(visitor(holder).get("/my-tickets")) == []


def test_of_many_benches_few_are_named(visitor, world, shell, bench):
    with shell.work() as work:
        first = work.db.query(Bench).one()
        for number in range(2, 7):
            device = Device(name=f"Bench {number}", is_on=number < 6, created_at=work.now)
            work.db.add(device)
            work.db.flush()
            work.db.add(
                Bench(device_id=device.id, event_id=first.event_id, session_id=first.session_id, created_at=work.now)
            )

    found = said(visitor(world["people"][1]).get(world["event"]))

    assert found == ["Bench Bench 1 Free Bench Bench 2 Free Bench Bench 3 Free 3 more in the lab"] * 2
