"""Decisions about what the platform takes: pure numbers, and the months that they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from openevent.kit.money import Money

DUE_AFTER = timedelta(days=30)
LEAST = 2  # major units: less is not worth an invoice
PAID_VIA = ("free", "stripe", "paypal", "transfer", "onsite", "cheque")
STATUSES = ("paid", "due", "refunding", "refunded", "failed", "resolved")
GLOBAL = "global"  # the country of a fee that holds wherever no other one does
_WHOLE = 100  # percent


class Fee(Struct, frozen=True):
    """What the platform takes: `percent`, and `maximum` at most; None for no bound."""

    percent: Decimal
    maximum: Decimal | None = None

    def of(self, amount: Money) -> Money:
        """Return the platform's part of an amount, rounded half up to a minor unit.

        >>> fee = Fee(Decimal("2.5"), Decimal(5))
        >>> fee.of(Money(10000, "EUR")), fee.of(Money(100000, "EUR")), fee.of(Money(1, "EUR"))
        (Money(minor=250, currency='EUR'), Money(minor=500, currency='EUR'), Money(minor=0, currency='EUR'))
        """
        part = Money.of(amount.decimal * self.percent / _WHOLE, amount.currency)
        return part if self.maximum is None else min(part, Money.of(self.maximum, amount.currency))


def fee_of(fees: Mapping[str, Fee], country: str | None) -> Fee | None:
    """Return the fee of a country among those of a currency (by country): its own, else the one for everywhere.

    >>> here, there = Fee(Decimal(2)), Fee(Decimal(3))
    >>> fee_of({"DE": here, "global": there}, "DE") is here, fee_of({"global": there}, "FR") is there
    (True, True)
    >>> fee_of({"DE": here}, "FR") is None, fee_of({}, None) is None
    (True, True)
    """
    return fees.get(country or GLOBAL) or fees.get(GLOBAL)


def invoice_amount(revenue: Money, fee: Fee) -> Money | None:
    """Return what is asked of an organizer for a month's revenue; None when it is too little to ask for.

    >>> invoice_amount(Money(100000, "EUR"), Fee(Decimal(5)))
    Money(minor=5000, currency='EUR')
    >>> invoice_amount(Money(3000, "EUR"), Fee(Decimal(5))) is None
    True
    """
    amount = fee.of(revenue)
    return None if amount < Money.of(LEAST, amount.currency) else amount


class Month(Struct, frozen=True):
    """One month, as invoices name it."""

    starts_at: datetime
    ends_at: datetime  # when the next one starts


def month_before(now: datetime) -> Month:
    """Return the last whole month.

    >>> month_before(datetime(2026, 1, 1, 0, 5, tzinfo=UTC)).starts_at.isoformat()
    '2025-12-01T00:00:00+00:00'
    """
    ends = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Month((ends - timedelta(days=1)).replace(day=1), ends)


def invoice_identifier(issued_at: datetime, number: int) -> str:
    """Return what an invoice is called: year, month, and a running number.

    >>> invoice_identifier(datetime(2026, 3, 1, tzinfo=UTC), 7)
    '202603U-000007'
    """
    return f"{issued_at:%Y%m}U-{number:06d}"


def lowered(amount: Money, kind: str, value: float) -> Money:
    """Return what a discount leaves of an amount; what is not worth an invoice any more is nothing.

    >>> lowered(Money(5000, "EUR"), "percent", 25.0), lowered(Money(5000, "EUR"), "amount", 12.5)
    (Money(minor=3750, currency='EUR'), Money(minor=3750, currency='EUR'))
    >>> lowered(Money(5000, "EUR"), "percent", 100.0), lowered(Money(5000, "EUR"), "amount", 49.0)
    (Money(minor=0, currency='EUR'), Money(minor=0, currency='EUR'))
    """
    off = amount.decimal * Decimal(str(value)) / _WHOLE if kind == "percent" else Decimal(str(value))
    left = amount.decimal - off
    return Money.of(left if left >= LEAST else Decimal(0), amount.currency)


REMINDERS = ("payments/follow_up", "payments/pre_due", "payments/post_due")
_REMINDED_AFTER = (timedelta(days=13), timedelta(days=26), timedelta(days=33))  # of the first of a month


def reminders_by(issued_at: datetime, now: datetime) -> int:
    """Return how many reminders there should have been: on the 14th, the 27th, and the 3rd of the month after.

    >>> issued = datetime(2026, 3, 1, tzinfo=UTC)
    >>> [reminders_by(issued, datetime(2026, month, day, tzinfo=UTC)) for month, day in ((3, 13), (3, 14), (3, 27))]
    [0, 1, 2]
    >>> reminders_by(issued, datetime(2026, 4, 3, tzinfo=UTC)), reminders_by(issued, datetime(2027, 1, 1, tzinfo=UTC))
    (3, 3)
    """
    return sum(now >= issued_at + after for after in _REMINDED_AFTER)
