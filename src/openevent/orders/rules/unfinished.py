"""How many orders somebody may have begun: seats are held so that they can be taken, not to keep others from them."""

from __future__ import annotations

from openevent.kit.errors import Conflict

MOST_UNFINISHED = 20  # orders of one event that hold their seats at a time, of one account


class TooManyUnfinished(Conflict):
    """Somebody holds seats with many orders already, and has finished none of them."""

    code = "too-many-unfinished"


def check_unfinished(number: int) -> None:
    """Raise TooManyUnfinished for somebody who has this many unfinished orders of an event and wants another one.

    >>> check_unfinished(MOST_UNFINISHED - 1)
    >>> check_unfinished(MOST_UNFINISHED)
    Traceback (most recent call last):
    openevent.orders.rules.unfinished.TooManyUnfinished: You have 20 unfinished orders of this event. \
Finish or cancel one of them, or wait until their time runs out.
    """
    if number >= MOST_UNFINISHED:
        how = "Finish or cancel one of them, or wait until their time runs out."
        raise TooManyUnfinished(f"You have {number} unfinished orders of this event. {how}")


def least_that_matters(more: int) -> int:
    """Return how many unfinished orders somebody has at least who may not begin so many more.

    >>> least_that_matters(1), least_that_matters(3), least_that_matters(64)
    (20, 18, 0)
    """
    return max(MOST_UNFINISHED + 1 - more, 0)
