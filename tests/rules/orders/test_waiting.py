"""Whoever waits longest and can be served is served: the same for any line and any free seats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.kit.money import Money
from openevent.orders.rules.waiting import (
    MOST_TYPES,
    Bounds,
    InvalidWish,
    NotSoldOut,
    Share,
    Wish,
    check_wish,
    fitting,
    lasts_until,
    share_out,
)
from openevent.tickets.rules import Offer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYPES = (7, 8, 9)

wishes = st.builds(
    lambda number, types, fewer, may_keep: (number, tuple(sorted(types)), fewer, may_keep),
    st.integers(1, 6),
    st.sets(st.sampled_from(TYPES), min_size=1),
    st.booleans(),
    st.booleans(),
)
lines = st.lists(wishes, max_size=8).map(lambda told: [Wish(place, *one) for place, one in enumerate(told, 1)])
frees = st.dictionaries(st.sampled_from(TYPES), st.integers(0, 8))
all_bounds = st.fixed_dictionaries(
    {
        id_: st.builds(lambda least, more: Bounds(least, least + more), st.integers(0, 3), st.integers(0, 6))
        for id_ in TYPES
    }
)


def replayed(free, line, shares):
    """Return each wish with what was left when it was its turn, and its share."""
    left, by_id, found = dict(free), {one.entry_id: one for one in shares}, []
    for wish in line:
        share = by_id.get(wish.entry_id)
        found.append((wish, dict(left), share))
        for id_, number in share.seats.items() if share else ():
            left[id_] -= number
    assert all(number >= 0 for number in left.values())  # never more than there is
    return found


def best(number, types, left, bounds):
    """Return by brute force how many seats an order could have."""
    reached = {0}
    for id_ in types:
        some = range(max(bounds[id_].least, 1), min(left.get(id_, 0), bounds[id_].most) + 1)
        reached |= {total + more for total in reached for more in some}
    return max(total for total in reached if total <= number)


@given(frees, lines, all_bounds)
def test_shares_are_whole_and_fit_into_an_order(free, line, bounds):
    shares = share_out(free, line, bounds)

    assert len({one.entry_id for one in shares}) == len(shares)
    for wish, _, share in replayed(free, line, shares):
        if share is None:
            continue
        number = sum(share.seats.values())
        assert set(share.seats) <= set(wish.ticket_ids)
        assert all(1 <= seats <= bounds[id_].most for id_, seats in share.seats.items())
        if share.is_offer:
            assert number == wish.number or (wish.accepts_fewer and 0 < number < wish.number)
            assert all(seats >= bounds[id_].least for id_, seats in share.seats.items())
        else:
            assert wish.may_keep
            assert 0 < number <= wish.number


@given(frees, lines, all_bounds)
def test_nobody_is_skipped_who_could_be_served(free, line, bounds):
    shares = share_out(free, line, bounds)

    for wish, left, share in replayed(free, line, shares):
        most = best(wish.number, wish.ticket_ids, left, bounds)
        can_be_served = most == wish.number or (wish.accepts_fewer and most > 0)
        assert can_be_served == (share is not None and share.is_offer)
        if share is not None and share.is_offer:
            assert sum(share.seats.values()) == most
        plenty = best(wish.number, wish.ticket_ids, dict.fromkeys(wish.ticket_ids, wish.number), bounds)
        fits = plenty == wish.number or (wish.accepts_fewer and plenty > 0)
        if share is None and wish.may_keep and fits:
            assert not any(left.get(id_, 0) and bounds[id_].most for id_ in wish.ticket_ids)
        if share is not None and not share.is_offer:
            assert fits, "nothing is kept for whom no order can have"


@given(frees, lines, all_bounds)
def test_those_behind_change_nothing_for_those_before_them(free, line, bounds):
    shares = share_out(free, line, bounds)

    for place in range(len(line) + 1):
        before = {one.entry_id for one in line[:place]}
        assert share_out(free, line[:place], bounds) == [one for one in shares if one.entry_id in before]


def test_a_group_that_used_up_its_time_is_first_again_when_there_are_enough():
    line = [Wish(1, 4, (7,), may_keep=False), Wish(2, 1, (7,))]

    assert share_out({7: 4}, line, {7: Bounds(1, 10)}) == [Share(1, {7: 4})]


def test_who_waits_for_any_of_several_types_is_served_by_whichever_comes():
    line = [Wish(1, 1, (7, 8)), Wish(2, 1, (8,))]

    assert share_out({8: 1}, line, {7: Bounds(1, 10), 8: Bounds(1, 10)}) == [Share(1, {8: 1})]


@given(st.integers(0, 6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
def test_an_offer_grows_within_what_an_order_may_have(free, offered, wanted, most):
    grows, behind = Wish(1, wanted, (7,), True, False, {7: offered}), Wish(2, 1, (7,))

    shares = {one.entry_id: one.seats[7] for one in share_out({7: free}, [grows, behind], {7: Bounds(0, most)})}

    more = max(min(free, wanted, most - offered), 0)
    assert shares == {key: number for key, number in ((1, more), (2, min(free - more, 1))) if number}


def test_a_type_that_is_not_sold_is_not_shared_out():
    assert share_out({7: 3}, [Wish(1, 1, (7,))], {}) == []
    assert fitting(2, (7, 8), {7: 3, 8: 1}, {8: Bounds(1, 10)}) == {8: 1}


@given(st.floats(0.01, 2000))
def test_an_offer_ends_in_time(hours):
    ends = NOON + timedelta(hours=hours)

    assert NOON < lasts_until(NOON, ends) <= min(ends, NOON + timedelta(hours=24))


def offer(id_, *, available=0, least=1, most=10, starts=-1, ends=1):
    nothing = Money(0, "EUR")
    days = [NOON + timedelta(days=number) for number in (starts, ends)]
    return Offer(id_, 1, f"Type {id_}", "free", nothing, nothing, None, 10, available, least, most, *days)


@pytest.mark.parametrize(
    ("wanted", "offers", "refusal"),
    [
        (1, [], InvalidWish),
        (1, [offer(number) for number in range(MOST_TYPES + 1)], InvalidWish),
        (1, [offer(7, available=1)], NotSoldOut),
        (1, [offer(7), offer(8, available=3)], NotSoldOut),
        (1, [offer(7, starts=0.5)], InvalidWish),
        (1, [offer(7, ends=-0.5)], InvalidWish),
        (0, [offer(7)], InvalidWish),
        (11, [offer(7)], InvalidWish),
        (101, [offer(7, most=500)], InvalidWish),
        (1, [offer(7, least=2)], InvalidWish),
        (2, [offer(7, least=3, most=3)], InvalidWish),
        (6, [offer(7, most=3), offer(8, most=2)], InvalidWish),
        (4, [offer(7, least=3, most=3), offer(8, least=3, most=3)], InvalidWish),
    ],
)
def test_what_cannot_be_waited_for(wanted, offers, refusal):
    with pytest.raises(refusal):
        check_wish(wanted, [one.id for one in offers], offers, NOON, pointer="/x")


def test_what_can_be_waited_for():
    check_wish(4, [7, 8], [offer(7), offer(8, least=2, available=1)], NOON, pointer="/x")
    check_wish(5, [7, 8], [offer(7, most=3), offer(8, most=2)], NOON, pointer="/x")  # of each as many as one order
    with pytest.raises(InvalidWish, match="no such ticket"):
        check_wish(4, [7, 8], [offer(7)], NOON, pointer="/x")
