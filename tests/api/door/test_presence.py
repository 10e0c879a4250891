"""Checking attendees in and out by PATCH, as the public web client and check-in apps do."""

from __future__ import annotations

import pytest

from openevent.orders.models import Attendee, Order

FIRST, SECOND = "2026-05-01T08:00:00.000000+00:00", "2026-05-02T08:00:00.000Z"


@pytest.fixture
def note(api, people, holder):
    """A function that sends attributes of the holder and returns the answer."""

    def send(as_="ana", **attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        body = {"data": {"type": "attendee", "id": str(holder.id), "attributes": named}}
        return api.patch(f"/v1/attendees/{holder.id}", json=body, as_=people[as_])

    return send


def kept(answer):
    assert answer.status == 200, answer.body
    found = answer.json["data"]["attributes"]
    return found["is-checked-in"], found["checkin-times"], found["device-name-checkin"]


@pytest.mark.parametrize("who", ["ana", "dee", "adm"])
def test_the_crew_checks_people_in(note, who):
    answer = note(who, is_checked_in=True, checkin_times=FIRST, device_name_checkin="gate-1")

    assert kept(answer) == (True, FIRST, "gate-1")


def test_times_are_added_whether_a_client_sends_all_of_them_or_the_new_one(note):
    note(is_checked_in=True, checkin_times=FIRST, device_name_checkin="gate-1")

    assert kept(note(is_checked_in=True, checkin_times=SECOND)) == (True, f"{FIRST},{SECOND}", "gate-1,-")
    assert kept(note(is_checked_in=True, checkin_times=f"{FIRST},{SECOND}")) == (True, f"{FIRST},{SECOND}", "gate-1,-")
    assert kept(note(is_checked_in=False)) == (False, f"{FIRST},{SECOND}", "gate-1,-")


def test_checking_out_notes_the_servers_time_once(note):
    note(is_checked_in=True, checkin_times=FIRST)

    out = note(is_checked_out=True, checkin_times=FIRST).json["data"]["attributes"]
    again = note(is_checked_out=True).json["data"]["attributes"]

    told = ("is-checked-in", "is-checked-out", "checkout-times", "checkin-times")
    assert [out[name] for name in told] == [True, True, "2026-03-01T12:00:00+00:00", FIRST]
    assert again["checkout-times"] == out["checkout-times"]


def test_the_web_client_sends_the_times_of_leaving_itself(note):
    found = note(is_checked_out=True, checkout_times=f"{FIRST},{SECOND}").json["data"]["attributes"]

    assert (found["is-checked-out"], found["checkout-times"]) == (True, f"{FIRST},{SECOND}")


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"is_checked_in": True}, "checkin-times"),
        ({"is_checked_in": True, "checkin_times": "soon"}, "checkin-times"),
        ({"checkin_times": ",".join(f"2026-05-01T08:00:00.{n:06}Z" for n in range(501))}, "checkin-times"),
        ({"checkout_times": "soon"}, "checkout-times"),
        ({"device_name_checkin": "gate-1"}, "device-name-checkin"),
        ({"checkin_times": FIRST, "device_name_checkin": "a,b"}, "device-name-checkin"),
        ({"checkin_times": FIRST, "device_name_checkin": "x" * 121}, "device-name-checkin"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(note, attributes, pointer):
    answer = note(**attributes)

    [error] = answer.json["errors"]
    assert (answer.status, error["source"]) == (422, {"pointer": f"/data/attributes/{pointer}"})


def test_a_buyer_checks_nobody_in(note, shell, holder):
    answer = note("bo", is_checked_in=True, checkin_times=FIRST)

    with shell.work() as work:
        found = work.db.get_one(Attendee, holder.id)
        assert (found.is_checked_in, found.checkin_times) == (False, None)
    assert answer.status in (200, 403)


def test_strangers_find_nobody(note):
    assert note("eve", is_checked_in=True, checkin_times=FIRST).status == 404


def test_a_ticket_that_is_not_bought_opens_nothing(note, shell, holder):
    with shell.work() as work:
        work.db.get_one(Order, holder.order_id).status = "cancelled"

    assert note(is_checked_in=True, checkin_times=FIRST).status == 409
