"""Joining an event to its organizer's account at Stripe, against a server that speaks Stripe's wire."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy.event import listen

from cast import ana, bo
from factories import make_event
from openevent.jsonapi import constraints
from openevent.kit.services import StripePlatform
from openevent.kit.work import Shell
from openevent.main.wiring import REACTIONS
from openevent.payments import actions
from remote import Asked, Told, remote

SECRET = "sk_test_platform"
GOOD = {
    "access_token": "sk_test_of_ana",
    "livemode": False,
    "refresh_token": "rt_of_ana",
    "token_type": "bearer",
    "stripe_publishable_key": "pk_test_of_ana",
    "stripe_user_id": "acct_1",
    "scope": "read_write",
}
BAD = {"error": "invalid_grant", "error_description": "Authorization code does not exist: ac_old"}


def answer(asked: Asked) -> Told:
    assert not OPEN_UNITS, "no transaction waits for Stripe"
    if asked.path != "/oauth/token" or asked.headers.get("authorization") != f"Bearer {SECRET}":
        return Told({"error": "invalid_client"}, 401)
    return {"ac_good": Told(GOOD), "ac_odd": Told({**GOOD, "stripe_user_id": 7}), "ac_list": Told([])}.get(
        asked.form.get("code", ""), Told(BAD, 400)
    )


@pytest.fixture
def stripe():
    with remote(answer) as server:
        yield server


@pytest.fixture
def secret():
    return SECRET


OPEN_UNITS: list[str] = []


@pytest.fixture
def shell(database, clock, services, stripe, secret):
    listen(database.engine, "begin", lambda _connection: OPEN_UNITS.append("open"))
    for end in ("commit", "rollback"):
        listen(database.engine, end, lambda _connection: OPEN_UNITS.clear())
    return Shell(database, clock, replace(services, stripe=StripePlatform(secret, stripe.url)), REACTIONS)


@pytest.fixture
def event(shell):
    with shell.work() as work:
        return make_event(work, owner=ana(work), can_pay_by_stripe=True)


@pytest.fixture
def people(shell):
    with shell.work() as work:
        return {"ana": ana(work), "bo": bo(work)}


@pytest.fixture
def join(api):
    def sent(event, code="ac_good", *, as_, path="/v1/stripe-authorizations"):
        links = {"event": {"data": {"type": "event", "id": str(event.id)}}}
        attributes = {"stripe-auth-code": code}
        body = {"data": {"type": "stripe-authorization", "attributes": attributes, "relationships": links}}
        return api.post(path, json=body, as_=as_)

    return sent


def test_an_event_is_joined_once_and_no_secret_is_told(api, join, stripe, event, people):
    made = join(event, as_=people["ana"], path="/v1/stripe-authorization")
    again = join(event, as_=people["ana"])

    assert made.status == 201, made.json
    assert made.json["data"]["attributes"] == {"stripe-publishable-key": "pk_test_of_ana"}
    assert stripe.asked[0].form == {"grant_type": "authorization_code", "code": "ac_good"}
    assert (again.status, again.json["errors"][0]["code"]) == (409, "stripe-linked")
    key = made.json["data"]["id"]
    for path in (
        f"/v1/stripe-authorizations/{key}",
        f"/v1/stripe-authorization/{key}",
        f"/v1/events/{event.id}/stripe-authorization",
        f"/v1/events/{event.identifier}/stripe-authorization",
    ):
        found = api.get(path, as_=people["bo"])
        assert (found.status, found.json["data"]["id"]) == (200, key)
        assert all(word not in found.body for word in (b"sk_test", b"rt_of_ana", b"acct_1"))
    assert api.get("/v1/stripe-authorizations", as_=people["ana"]).status == 405
    assert api.get(f"/v1/stripe-authorizations/{key}").status == 401
    assert api.get(f"/v1/events/{event.id}").json["data"]["attributes"]["is-stripe-linked"] is True


def test_what_stripe_does_not_accept_is_refused(join, event, people):
    refused, odd, other = (join(event, code, as_=people["ana"]) for code in ("ac_old", "ac_odd", "ac_list"))

    assert (refused.status, refused.json["errors"][0]["source"]) == (
        422,
        {"pointer": "/data/attributes/stripe-auth-code"},
    )
    assert (odd.status, other.status) == (503, 503)


@pytest.mark.parametrize("secret", ["sk_wrong"])
def test_a_wrong_key_of_the_operator_is_no_fault_of_the_organizer(join, event, people, secret):
    assert join(event, as_=people["ana"]).status == 503


@pytest.mark.parametrize("secret", [""])
def test_without_a_key_nobody_is_joined(join, event, people, stripe, secret):
    answer = join(event, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["code"], stripe.asked) == (403, "stripe-not-configured", [])


def test_only_organizers_of_events_that_take_stripe_join(join, shell, event, people):
    with shell.work() as work:
        other = make_event(work, owner=ana(work))

    assert join(event, as_=people["bo"]).status == 403
    refused = join(other, as_=people["ana"])
    assert (refused.status, refused.json["errors"][0]["code"]) == (403, "stripe-not-accepted")


def test_an_account_is_exchanged_and_let_go_by_organizers(api, join, event, people):
    key = join(event, as_=people["ana"]).json["data"]["id"]
    path = f"/v1/stripe-authorizations/{key}"
    for code, status in (("ac_good", 200), ("ac_old", 422)):
        body = {"data": {"type": "stripe-authorization", "id": key, "attributes": {"stripe-auth-code": code}}}
        assert api.patch(path, json=body, as_=people["ana"]).status == status
        assert api.patch(path, json=body, as_=people["bo"]).status == 403

    assert api.delete(path, as_=people["bo"]).status == 403
    assert api.delete(path, as_=people["ana"]).status == 200
    assert api.get(f"/v1/events/{event.id}").json["data"]["attributes"]["is-stripe-linked"] is False


def test_a_change_that_is_made_once_more_asks_stripe_once(api, join, event, people, stripe, monkeypatch):
    key = join(event, as_=people["ana"]).json["data"]["id"]
    relink, ended = actions.relink_stripe, [constraints.Ended(503, "busy")]

    def ends_at_first(*given, **named):
        if ended:
            raise ended.pop()
        return relink(*given, **named)

    monkeypatch.setattr(actions, "relink_stripe", ends_at_first)
    stripe.asked.clear()
    body = {"data": {"type": "stripe-authorization", "id": key, "attributes": {"stripe-auth-code": "ac_good"}}}

    assert api.patch(f"/v1/stripe-authorizations/{key}", json=body, as_=people["ana"]).status == 200
    assert (len(stripe.asked), ended) == (1, [])
