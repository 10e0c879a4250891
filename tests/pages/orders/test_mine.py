import re

from cast import bo, eve
from factories import make_event, make_order, make_ticket


def names(response):
    return re.findall(r'<h2><a href="/orders/[^"]+">([^<]*)</a>', response.text)


def test_my_tickets_are_mine_alone_upcoming_and_past_apart(visitor, shell, clock):
    with shell.work() as work:
        buyer, stranger = bo(work), eve(work)
        coming, gone = make_event(work, name="Coming"), make_event(work, name="Gone")
        gone.starts_at = gone.ends_at = work.now
        make_order(work, make_ticket(work, coming), buyer=buyer)
        make_order(work, make_ticket(work, gone), buyer=buyer)
        make_order(work, make_ticket(work, coming), buyer=stranger)
    clock.advance(days=1)
    browser = visitor(buyer)

    assert names(browser.get("/my-tickets")) == ["Coming"]
    assert names(browser.get("/my-tickets?when=past")) == ["Gone"]


def test_void_orders_stand_below(visitor, shell):
    with shell.work() as work:
        buyer = bo(work)
        make_order(work, make_ticket(work, make_event(work, name="Live")), buyer=buyer)
        make_order(work, make_ticket(work, make_event(work, name="Void")), buyer=buyer, status="cancelled")

    assert names(visitor(buyer).get("/my-tickets")) == ["Live", "Void"]


def test_orders_come_in_pages(visitor, shell):
    with shell.work() as work:
        buyer = bo(work)
        ticket = make_ticket(work, make_event(work))
        for _ in range(21):
            make_order(work, ticket, buyer=buyer)
    browser = visitor(buyer)

    first, second = browser.get("/my-tickets"), browser.get("/my-tickets?page=2")

    assert (len(names(first)), 'rel="next"' in first.text) == (20, True)
    assert (len(names(second)), 'rel="next"' in second.text) == (1, False)


def test_nothing_yet_is_said_kindly(visitor, shell):
    with shell.work() as work:
        buyer = bo(work)

    assert "No tickets yet" in visitor(buyer).get("/my-tickets").text
    assert "Nothing in the past" in visitor(buyer).get("/my-tickets?when=past").text


def test_whoever_is_not_signed_in_is_sent_to_sign_in(visitor):
    assert visitor().get("/my-tickets?when=past").location == "/sign-in?next=%2Fmy-tickets%3Fwhen%3Dpast"
