"""What is to be done about money that went back at a provider's: what it tells is held against what is known here."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from openevent.kit.money import Money
from openevent.payments.rules.asking import Returned
from openevent.payments.rules.states import DISPUTE, FAILED, REFUND, REQUESTED

RECORD, ADD, WAIT, DOUBT = "record", "add", "wait", "doubt"


class Known(Struct, frozen=True):
    """A refund or a dispute as it is known here; `key` is what we called it at the provider."""

    id: int
    kind: str
    status: str
    amount: int
    key: str
    reference: str = ""


class Step(Struct, frozen=True):
    """One thing to do: record how a known one stands, add one, wait and ask again, or ask people to look."""

    verb: str
    returned: Returned
    refund_id: int | None = None


def steps(known: Sequence[Known], told: Sequence[Returned], left: Money) -> list[Step]:
    """Return what is to be done about all that a provider tells; `left` is what can still go back of the payment.

    >>> ours = Known(1, "refund", "settled", 500, "k1", "re_1")
    >>> failed = Returned("refund", "re_1", "failed", Money(500, "EUR"), key="k1")
    >>> [(one.verb, one.refund_id) for one in steps([ours], [failed], Money(0, "EUR"))]
    [('record', 1)]
    >>> foreign = Returned("refund", "re_2", "settled", Money(300, "EUR"))
    >>> [steps([ours], [foreign], left)[0].verb for left in (Money(500, "EUR"), Money(0, "EUR"))]
    ['add', 'doubt']
    """
    found: list[Step] = []
    for one in told:
        step = _step(known, one, left)
        if step is None:
            continue
        if step.verb == ADD and one.amount is not None:
            left -= one.amount
        found.append(step)
    return found


def _step(known: Sequence[Known], one: Returned, left: Money) -> Step | None:
    mine = next((row for row in known if _is_same(row, one)), None)
    if mine is not None:
        return Step(RECORD, one, mine.id)
    if one.state == FAILED:
        return None  # nothing went back that we had written down
    if one.amount is None or one.amount.currency != left.currency or one.amount.minor <= 0:
        return Step(DOUBT, one)
    if one.kind == REFUND and any(_may_be(row, one.amount) for row in known):
        return Step(WAIT, one)
    return Step(ADD, one) if one.amount <= left else _too_much(known, one)


def _too_much(known: Sequence[Known], one: Returned) -> Step | None:
    """Say what more than is left means: it is under way twice, was told twice, or nobody knows."""
    if any(row.status == REQUESTED for row in known):
        return Step(WAIT, one)  # whatever comes of that one makes room, or shows that there is none
    if any((row.kind == DISPUTE) != (one.kind == DISPUTE) and row.status != FAILED for row in known):
        return None  # a dispute that ended in a refund is told as both
    return Step(DOUBT, one)


def _is_same(row: Known, one: Returned) -> bool:
    """Tell whether this is the one that we know.

    >>> row = Known(1, "refund", "requested", 500, "k1")
    >>> _is_same(row, Returned("refund", "re_1", "settled", None, key="k1"))
    True
    >>> [_is_same(row, Returned("refund", name, "settled", None)) for name in ("re_1", "")]
    [False, False]
    """
    return bool(one.reference) and (row.reference == one.reference or (not row.reference and row.key == one.key))


def _may_be(row: Known, amount: Money) -> bool:
    """Tell whether a refund that nobody has named may be the one that we asked for and have no answer about."""
    return row.status == REQUESTED and not row.reference and row.amount == amount.minor
