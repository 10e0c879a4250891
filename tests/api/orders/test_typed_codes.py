"""Access codes that a buyer has looked up and does not name: as the public web client orders (decision 0024)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from clients import Answer, Api
from factories import make_ticket
from openevent.kit.clock import FixedClock
from openevent.kit.work import Shell
from openevent.tickets.models import AccessCode, AccessCodeLookUp, access_codes_tickets

JSON = {"Accept": "*/*", "Content-Type": "application/json"}


@pytest.fixture
def hidden(shell: Shell, event: Any) -> Any:
    with shell.work() as work:
        return make_ticket(work, event, name="Hidden", price=1000, is_hidden=True)


@pytest.fixture
def code(shell: Shell, event: Any, hidden: Any) -> Any:
    """Make access codes to the hidden ticket: code("SECRET") -> its id."""

    def make(text: str, **values: Any) -> int:
        with shell.work() as work:
            terms = {"is_active": True, "tickets_number": 5, "valid_from": work.now - timedelta(days=1), **values}
            row = AccessCode(event_id=event.id, code=text, code_folded=text.casefold(), **terms)
            work.db.add(row)
            work.db.flush()
            work.db.execute(access_codes_tickets.insert().values(access_code_id=row.id, ticket_id=hidden.id))
            return row.id

    return make


@pytest.fixture
def buy(api: Api, people: dict[str, Any], hidden: Any) -> Any:
    def send(verb: str = "create-order", as_: str = "bo") -> Answer:
        body = {"tickets": [{"id": hidden.id, "quantity": 2}]}
        return api.post(f"/v1/orders/{verb}", json=body, as_=people[as_], headers=JSON)

    return send


def type_(api: Api, event: Any, text: str, as_: Any = None) -> None:
    assert api.get(f"/v1/events/{event.identifier}/access-codes/{text}", as_=as_).status == 200


def uses(shell: Shell, code_id: int) -> int:
    with shell.work() as work:
        return work.db.get_one(AccessCode, code_id).used


def test_an_order_uses_the_code_that_its_buyer_has_typed(
    api: Api, shell: Shell, people: dict[str, Any], event: Any, code: Any, buy: Any
):
    key = code("SECRET")
    type_(api, event, "SECRET")
    assert buy().status == 404  # somebody has typed it, who is not signed in
    type_(api, event, "secret", people["bo"])

    assert (buy("calculate-amount").json["total"], buy().status, uses(shell, key)) == (20.0, 200, 2)
    assert (buy(as_="eve").status, buy("calculate-amount", "eve").status) == (404, 404)
    assert (buy().status, buy().status, uses(shell, key)) == (200, 404, 4)  # one use is left, two are wanted


def test_a_code_that_cannot_be_used_or_was_typed_long_ago_opens_nothing(
    api: Api, shell: Shell, clock: FixedClock, people: dict[str, Any], event: Any, code: Any, buy: Any
):
    code("BIG", min_quantity=3)
    type_(api, event, "BIG", people["bo"])
    assert buy().status == 404
    code("SECRET")
    type_(api, event, "SECRET", people["bo"])
    assert buy("calculate-amount").status == 200

    clock.advance(hours=3)

    assert buy("calculate-amount").status == 404


def test_among_several_codes_none_is_chosen(api: Api, people: dict[str, Any], event: Any, code: Any, buy: Any):
    for text in ("ONE", "TWO"):
        code(text)
        type_(api, event, text, people["bo"])

    assert buy().status == 404


def test_an_account_is_remembered_for_few_codes_and_not_twice_for_one(
    api: Api, shell: Shell, clock: FixedClock, people: dict[str, Any], event: Any, code: Any
):
    for number in range(22):
        code(f"CODE{number}")
        for _ in range(2):
            type_(api, event, f"CODE{number}", people["bo"])
        clock.advance(seconds=1)

    with shell.work() as work:
        assert work.db.scalar(select(func.count()).select_from(AccessCodeLookUp)) == 20
