"""How payments and refunds move, and when their provider is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

STRIPE, PAYPAL, PLAY = "stripe", "paypal", "play"
PROVIDERS = (STRIPE, PAYPAL, PLAY)

OPEN = "open"  # asked for; nobody has paid
SETTLED = "settled"  # the money is there
FAILED = "failed"  # the provider says that it will never come
ABANDONED = "abandoned"  # nobody waits for it any more; the provider was told
PAYMENT_STATES = (OPEN, SETTLED, FAILED, ABANDONED)

# Money that comes in is money that came in, whatever we thought of the payment before. Nothing leads out of settled:
# what goes back is a refund.
MOVES: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({SETTLED, FAILED, ABANDONED}),
    FAILED: frozenset({SETTLED}),
    ABANDONED: frozenset({SETTLED}),
    SETTLED: frozenset(),
}

REQUESTED = "requested"  # the provider has been asked, or will be
REFUND_STATES = (REQUESTED, SETTLED, FAILED)
# A refund may fail after it was done (the buyer's account is closed), and a dispute that took the money may be won.
REFUND_MOVES: Mapping[str, frozenset[str]] = {
    REQUESTED: frozenset({SETTLED, FAILED}),
    SETTLED: frozenset({FAILED}),
    FAILED: frozenset(),
}

REFUND, FOREIGN, DISPUTE = "refund", "foreign", "dispute"  # asked for here, made at the provider's, taken by a bank
REFUND_KINDS = (REFUND, FOREIGN, DISPUTE)

LIFE = timedelta(days=7)  # afterwards nobody waits for a payment any more
REFUND_LIFE = timedelta(days=30)  # banks take their time
RECEIPT_LIFE = timedelta(days=30)  # no provider repeats a notice for longer
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_DOUBLINGS = 20
# When a provider is asked what went back of a payment: banks dispute card payments for four months.
LOOK_BACKS = (timedelta(hours=6), *(timedelta(days=days) for days in (1, 3, 7, 14, 30, 60, 90, 120)))
OFTEN = timedelta(days=1)  # while a dispute goes on


def may_move(status: str, to: str) -> bool:
    """Tell whether a payment may move from one status to another.

    >>> may_move(OPEN, SETTLED), may_move(ABANDONED, SETTLED), may_move(SETTLED, FAILED), may_move(FAILED, ABANDONED)
    (True, True, False, False)
    """
    return to in MOVES[status]


def next_look_back(since: datetime, now: datetime, *, is_undecided: bool = False) -> datetime | None:
    """Return when a provider is asked again what went back of a payment that is watched since a moment; None: no more.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> at = next_look_back(noon, noon), next_look_back(noon, noon + timedelta(days=2))
    >>> [str(one - noon) for one in at if one]
    ['6:00:00', '3 days, 0:00:00']
    >>> late = noon + timedelta(days=200)
    >>> next_look_back(noon, late), str(next_look_back(noon, late, is_undecided=True) - late)
    (None, '1 day, 0:00:00')
    """
    following = next((since + after for after in LOOK_BACKS if since + after > now), None)
    if not is_undecided:
        return following
    return now + OFTEN if following is None else min(following, now + OFTEN)


def pause(checks: int) -> timedelta:
    """Return how long to wait before a provider is asked again, after it was asked this many times.

    >>> [int(pause(n).total_seconds() / 60) for n in (0, 1, 2, 8, 9, 1000)]
    [1, 2, 4, 256, 360, 360]
    """
    return min(_SHORTEST * 2 ** min(checks, _DOUBLINGS), _LONGEST)
