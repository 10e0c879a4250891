"""The worked examples of docs/explanation/pricing.md, which are those of the reference (10.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from openevent.kit.money import Money
from openevent.orders.rules.pricing import Line, TaxRule, added, taxed, with_discount, with_fee
from openevent.payments.rules import Fee
from openevent.tickets.rules.codes import Discount

INCLUDED, ON_TOP = (TaxRule("VAT", Decimal(18), is_included) for is_included in (True, False))


def lines(*pairs):
    return [
        Line(number, f"T{number}", quantity, Money(minor, "EUR")) for number, (minor, quantity) in enumerate(pairs, 1)
    ]


def code(value, *tickets, kind="percent", left=None):
    return Discount(1, 1, "CODE", True, None, None, left, 0, None, None, frozenset(tickets), type=kind, value=value)


MANY = lines((12350, 2), (45630, 4), (78970, 3), (0, 3))
FEW = lines((5000, 2), (49580, 3), (32130, 1), (0, 2))


@pytest.mark.parametrize(
    ("start", "discount", "tax", "sub_total", "tax_amount", "total"),
    [
        (MANY, None, None, 444130, None, 444130),
        (MANY, None, INCLUDED, 444130, 67749, 444130),
        (MANY, None, ON_TOP, 444130, 79943, 524073),
        (MANY, code(10.0, 2, 3, 4), INCLUDED, 402187, 61351, 402187),
        (MANY, code(10.0, 2, 3, 4), ON_TOP, 402187, 72394, 474581),
        (FEW, code(50.0, 1, 2), None, 111500, None, 111500),
        (lines((5000, 1)), code(100.0, 1, kind="amount"), None, 0, None, 0),
    ],
)
def test_the_worked_examples(start, discount, tax, sub_total, tax_amount, total):
    found = with_discount(start, discount)
    told, paid = taxed(added(found, "EUR"), tax)

    assert added(found, "EUR").minor == sub_total
    assert ((None if told is None else told.minor), paid.minor) == (tax_amount, total)


def test_an_amount_is_told_as_a_share_and_never_more_than_the_price():
    (found,) = with_discount(lines((5000, 1)), code(100.0, 1, kind="amount"))

    assert (found.discount.each.minor, found.discount.percent) == (5000, 100.0)


def test_a_fee_is_on_the_full_price_and_bounded_for_the_line():
    (line,) = lines((1000, 3))

    assert with_fee(line, Fee(Decimal(10))).sub_total.minor == 3300
    assert with_fee(line, Fee(Decimal(10), Decimal(1))).sub_total.minor == 3100
    assert with_fee(line, None) is line
    assert with_fee(lines((0, 1))[0], Fee(Decimal(10))).fee is None


def test_a_named_total_contains_its_tax():
    assert ON_TOP.within(Money(11800, "EUR")).minor == 1800
