"""How payments and refunds move, and when their provider is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

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

LIFE = timedelta(days=7)  # afterwards nobody waits for a payment any more
REFUND_LIFE = timedelta(days=30)  # banks take their time
RECEIPT_LIFE = timedelta(days=30)  # no provider repeats a notice for longer
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_DOUBLINGS = 20


def may_move(status: str, to: str) -> bool:
    """Tell whether a payment may move from one status to another.

    >>> may_move(OPEN, SETTLED), may_move(ABANDONED, SETTLED), may_move(SETTLED, FAILED), may_move(FAILED, ABANDONED)
    (True, True, False, False)
    """
    return to in MOVES[status]


def pause(checks: int) -> timedelta:
    """Return how long to wait before a provider is asked again, after it was asked this many times.

    >>> [int(pause(n).total_seconds() / 60) for n in (0, 1, 2, 8, 9, 1000)]
    [1, 2, 4, 256, 360, 360]
    """
    return min(_SHORTEST * 2 ** min(checks, _DOUBLINGS), _LONGEST)
