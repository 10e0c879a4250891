"""Orders completed at the same moment in the fibers of one thread: each is answered as it would be alone."""

from __future__ import annotations

import pytest

from factories import make_event, make_ticket
from together import at_once


@pytest.fixture
def asks(shell, people):
    """Sell tickets of an event that wants to know who comes."""
    with shell.work() as work:
        event = make_event(work, owner=people["ana"], is_ticket_form_enabled=True)
        return make_ticket(work, event, quantity=20)


def test_everybody_gets_the_answer_that_he_would_get_alone(api, people, order, change, free, paid, asks, stock):
    bo, eve, ana = people["bo"], people["eve"], people["ana"]
    mine, hers, third = order(free, 2, as_=bo), order(free, as_=eve), order(free, as_=bo)
    unpaid, owed = order(paid, as_=bo), order(paid, as_=bo)
    unnamed, noted = order(asks, as_=bo), order(free, as_=bo)
    path = f"/v1/orders/{third['id']}"
    wanted = {"data": {"type": "order", "id": third["id"], "attributes": {"status": "completed"}}}

    answers = at_once(
        lambda: change(mine, as_=bo, status="completed"),
        lambda: change(hers, as_=bo, status="completed"),  # somebody else's
        lambda: change(hers, as_=eve, status="completed"),
        lambda: api.patch(path, json=wanted, as_=bo, headers={"If-Match": '"old"'}),
        lambda: api.patch(path, json=wanted),
        lambda: change(unpaid, as_=bo, status="completed"),
        lambda: change(owed, as_=ana, status="completed"),  # an organizer may: it takes the usual way
        lambda: change(unnamed, as_=bo, status="completed"),
        lambda: change(noted, as_=bo, status="completed", order_notes="we come late"),
        lambda: change({"id": "999999", "attributes": {"identifier": "999999"}}, as_=bo, status="completed"),
    )

    assert [one.status for one in answers] == [200, 404, 200, 412, 401, 403, 200, 422, 200, 404]
    for made, answer in ((mine, answers[0]), (hers, answers[2]), (owed, answers[6]), (noted, answers[8])):
        reader = eve if made is hers else ana if made is owed else bo
        shown = api.get(f"/v1/orders/{made['id']}", as_=reader)
        assert answer.json["data"]["attributes"]["status"] == "completed"
        assert answer.json == shown.json
    assert stock(free) == (1, 4)


def test_who_clicks_twice_completes_once(people, order, change, free, stock):
    made = order(free, 2, as_=people["bo"])

    answers = at_once(*[lambda: change(made, as_=people["bo"], status="completed")] * 5)

    assert [one.status for one in answers] == [200] * 5
    assert stock(free) == (0, 2)
