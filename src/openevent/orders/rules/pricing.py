"""What the lines of an order come to: discounts, the platform's fee, tax, and the total. All in minor units."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from openevent.kit.money import Money, zero
from openevent.payments.rules import Fee
from openevent.tickets.rules.codes import Code, Discount, decimal_of

_WHOLE = 100  # percent


class TaxRule(Struct, frozen=True):
    """The tax on an event's tickets: in the price already, or on top of it."""

    name: str
    percent: Decimal
    is_included: bool

    def on(self, price: Money) -> Money:
        """Return the tax in a price, or on top of it, rounded half up to a minor unit.

        >>> TaxRule("VAT", Decimal(18), True).on(Money(444130, "EUR"))
        Money(minor=67749, currency='EUR')
        >>> TaxRule("VAT", Decimal(18), False).on(Money(444130, "EUR"))
        Money(minor=79943, currency='EUR')
        """
        rate = self.percent / _WHOLE
        exact = price.decimal - price.decimal / (1 + rate) if self.is_included else price.decimal * rate
        return Money.of(exact, price.currency)

    def within(self, total: Money) -> Money:
        """Return the tax that a total contains which somebody has named, tax and all.

        >>> TaxRule("VAT", Decimal(18), False).within(Money(474581, "EUR"))
        Money(minor=72394, currency='EUR')
        """
        return replace(self, is_included=True).on(total)


def tax_label(name: str | None, percent: float) -> str:
    """Return what a tax is called where people read it.

    >>> tax_label("VAT", 19.0), tax_label(None, 7.5)
    ('VAT 19%', 'Tax 7.5%')
    """
    return f"{name or 'Tax'} {percent:g}%"


class LineDiscount(Struct, frozen=True):
    """What a code takes off `units` of a line, `each` a piece."""

    code: str
    type: str
    percent: float
    each: Money
    units: int

    @property
    def total(self) -> Money:
        """What it takes off the line."""
        return self.each * self.units


class Line(Struct, frozen=True):
    """So many of one ticket type at one price."""

    ticket_id: int
    name: str
    quantity: int
    unit: Money
    discount: LineDiscount | None = None
    fee: Money | None = None  # of the platform, where the organizer does not bear it

    @property
    def sub_total(self) -> Money:
        """What the line costs: less its discount, with its fee."""
        found = self.unit * self.quantity
        if self.discount is not None:
            found -= self.discount.total
        return found if self.fee is None else found + self.fee


class Quote(Struct, frozen=True):
    """What an order costs, line by line."""

    event_id: int
    currency: str
    lines: tuple[Line, ...]
    total: Money
    tax: TaxRule | None = None
    tax_amount: Money | None = None
    discount: Discount | None = None
    access: Code | None = None

    @property
    def sub_total(self) -> Money:
        """What the lines cost together."""
        return added(self.lines, self.currency)

    @property
    def discounted(self) -> Money:
        """What the code takes off all lines together."""
        return sum((line.discount.total for line in self.lines if line.discount), zero(self.currency))

    @property
    def discount_uses(self) -> int:
        """How often the discount code is used."""
        return sum(line.discount.units for line in self.lines if line.discount)

    @property
    def access_uses(self) -> int:
        """How often the access code is used."""
        return 0 if self.access is None else self.access.units({line.ticket_id: line.quantity for line in self.lines})


def added(lines: Iterable[Line], currency: str) -> Money:
    """Return the sum of lines."""
    return sum((line.sub_total for line in lines), zero(currency))


def with_discount(lines: Iterable[Line], code: Discount | None) -> tuple[Line, ...]:
    """Take a discount off the lines that it is for.

    >>> from openevent.tickets.rules.codes import Discount
    >>> ten = Discount(1, 1, "TEN", True, None, None, 9, 0, None, None, frozenset({7}), type="percent", value=10.0)
    >>> [one.sub_total.minor for one in with_discount([Line(7, "A", 4, Money(1000, "EUR"))], ten)]
    [3600]
    """
    if code is None:
        return tuple(lines)
    return tuple(replace(line, discount=_off(line, code)) if _is_for(code, line) else line for line in lines)


def _is_for(code: Discount, line: Line) -> bool:
    return line.ticket_id in code.ticket_ids and line.unit.minor > 0 and line.quantity > 0


def _off(line: Line, code: Discount) -> LineDiscount:
    each = code.off(line.unit)
    percent = code.value if code.type == "percent" else float(round(each.decimal / line.unit.decimal * _WHOLE, 2))
    return LineDiscount(code.code, code.type, percent, each, line.quantity)


def with_fee(line: Line, fee: Fee | None) -> Line:
    """Put the platform's fee on a line: a part of its full price, bounded for the whole line."""
    if fee is None or line.unit.minor == 0:
        return line
    return replace(line, fee=fee.of(line.unit * line.quantity))


def taxed(sub_total: Money, tax: TaxRule | None) -> tuple[Money | None, Money]:
    """Return the tax on a sum, and what there is to pay.

    >>> taxed(Money(402187, "EUR"), TaxRule("VAT", Decimal(18), False))
    (Money(minor=72394, currency='EUR'), Money(minor=474581, currency='EUR'))
    """
    if tax is None:
        return None, sub_total
    amount = tax.on(sub_total)
    return amount, sub_total if tax.is_included else sub_total + amount


def fee_rule(percent: float | None, maximum: float | None) -> Fee | None:
    """Return a fee as it stands in the fee table; None where nothing is taken.

    >>> fee_rule(None, 5.0) is None, fee_rule(2.5, None)
    (True, Fee(percent=Decimal('2.5'), maximum=None))
    """
    if not percent:
        return None
    return Fee(decimal_of(percent), None if maximum is None else decimal_of(maximum))
