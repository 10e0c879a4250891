"""Devices and their benches, set up on pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cast import adm, ana
from factories import make_event, make_session, make_ticket
from openevent.lab.models import Bench, Device, LogEntry
from visitors import text_of

FORM = {"name": "Bench 2", "kind": "simulator", "minutes": "30", "is_on": "1", "is_open": "1", "place": "Room 1"}


@pytest.fixture
def admin(visitor, shell):
    with shell.work() as work:
        person = adm(work)
    return visitor(person)


def devices(shell):
    with shell.work() as work:
        return work.db.scalars(select(Device).where(Device.deleted_at.is_(None)).order_by(Device.id)).all()


def test_a_device_is_set_up_changed_and_taken_away(admin, shell):
    limits = {"all-pv1-least": "-3,3", "all-pv1-most": "3.3", "member-pv1-least": "0", "member-pv1-most": "2"}
    more = {"wiring": '{"noise": 0.5}', "member-forbidden": "i2c_write, set_pcs"}
    made = admin.post("/lab/desk/devices/new", {**FORM, **limits, **more})
    (found,) = devices(shell)
    at = f"/lab/desk/devices/{found.id}"
    form = admin.get(f"{at}/edit")
    admin.post(f"{at}/edit", {**FORM, "name": "Bench 3", "kind": "tcp", "address": "10.0.0.7:2000", "is_on": ""})
    (changed,) = devices(shell)
    asked = admin.get(f"{at}/delete")
    admin.post(f"{at}/delete", {})

    assert made.location == f"/lab/desk#device-{found.id}"
    assert (found.name, found.minutes, found.is_on, found.is_open, found.wiring) == (
        "Bench 2", 30, True, True, {"noise": 0.5},
    )  # fmt: skip
    roles = {"member": {"pv1": [0.0, 2.0], "forbidden": ["i2c_write", "set_pcs"]}}
    assert found.limits == {"pv1": [-3.3, 3.3], "roles": roles}
    for shown in (
        'value="-3.3"',
        'value="i2c_write set_pcs"',
        "<details open><summary>Members",
        "&#34;noise&#34;: 0.5",
    ):
        assert shown in form.text
    assert (changed.name, changed.kind, changed.address, changed.is_on, changed.limits) == (
        "Bench 3", "tcp", "10.0.0.7:2000", False, {},
    )  # fmt: skip
    assert "Take Bench 3 away?" in text_of(asked)
    assert devices(shell) == []


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": " "}, "name", "Give it a name."),
        ({"minutes": "481"}, "minutes", "A turn lasts 1 to 480 minutes."),
        ({"kind": "tcp", "address": "somewhere"}, "address", "The address of a tcp device is host:port."),
        ({"wiring": '{"noise": 7}'}, "wiring", "This wiring cannot be read"),
        ({"wiring": "[]"}, "wiring", "This is no JSON object."),
        ({"holder-pv1-least": "x", "holder-pv1-most": "1"}, "holder-pv1-least", "This is no number."),
        ({"all-pv1-least": "2", "all-pv1-most": "1"}, "all-pv1-most", "It ends before it begins."),
        ({"all-forbidden": "rm"}, "all-forbidden", "rm is no function."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin, shell, typed, field, said):
    refused = admin.post("/lab/desk/devices/new", {**FORM, **typed})

    assert refused.status_code == 422
    assert said in refused.text.partition(f'id="field-{field}-error">')[2].partition("</p>")[0]
    assert devices(shell) == []


def test_a_device_is_put_into_a_workshop_and_taken_out(admin, shell, bench):
    with shell.work() as work:
        event, other = make_event(work, name="Open Harbour"), make_event(work)
        make_event(work, name="Long ago", starts_at=work.now - timedelta(9), ends_at=work.now - timedelta(8))
        session, ticket = make_session(work, event, title="Soldering"), make_ticket(work, event, name="Workshop pass")
        foreign = make_session(work, other)
    at = f"/lab/desk/devices/{bench.id}/benches"

    first, second = admin.get(at), admin.get(f"{at}?event={event.id}")
    admin.post(at, {"event": event.id, "session": session.id, "ticket": ticket.id})
    stands = text_of(admin.get(at))
    refused = admin.post(at, {"event": event.id, "session": foreign.id})
    missing = admin.post(at, {"event": 999})
    with shell.work() as work:
        (found,) = work.db.scalars(select(Bench)).all()
    admin.post(f"/lab/desk/benches/{found.id}/delete", {}, at=at)

    assert "Open Harbour" in text_of(first)
    assert "Long ago" not in text_of(first)
    assert "Soldering" in text_of(second)
    assert (found.event_id, found.session_id, found.ticket_id) == (event.id, session.id, ticket.id)
    assert "Open Harbour , Soldering" in stands
    assert "Workshop pass" in stands
    assert (refused.status_code, missing.status_code) == (422, 404)
    assert "This is not of the same event." in text_of(refused)
    with shell.work() as work:
        assert work.db.scalars(select(Bench)).all() == []
        kinds = work.db.scalars(select(LogEntry.kind).where(LogEntry.device_id == bench.id)).all()
    assert set(kinds) == {"bench.save", "bench.delete"}


def test_nobody_but_admins_sets_anything_up(visitor, shell, bench):
    with shell.work() as work:
        organizer = ana(work)
        work.db.add(Bench(device_id=bench.id, event_id=make_event(work, owner=organizer).id, created_at=work.now))
        work.db.flush()
        key = work.db.scalar(select(Bench.id))
    at, browser = f"/lab/desk/devices/{bench.id}", visitor(organizer)
    asked = ["/lab/desk/devices/new", f"{at}/edit", f"{at}/delete", f"{at}/benches"]

    assert [browser.get(one).status_code for one in asked] == [403] * 4
    assert [visitor().get(one).status_code for one in asked] == [303] * 4
    done = [*asked, f"/lab/desk/benches/{key}/delete"]
    assert [browser.post(one, FORM, at="/lab/desk").status_code for one in done] == [403] * 5
    assert [one.name for one in devices(shell)] == ["Bench 1"]
    assert "Edit" not in text_of(browser.get("/lab/desk"))
