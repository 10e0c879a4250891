"""Money as whole minor units and a currency; floats exist only at the v1 wire."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

# ISO 4217 exponents that are not 2 among the currencies that the product offers.
_EXPONENTS = {"JPY": 0, "HUF": 2, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "JOD": 3, "TND": 3}
ZERO_DECIMAL = tuple(sorted(code for code, digits in _EXPONENTS.items() if digits == 0))
THREE_DECIMAL = tuple(sorted(code for code, digits in _EXPONENTS.items() if digits == 3))  # noqa: PLR2004 -- ISO 4217


def exponent(currency: str) -> int:
    """Return how many decimal digits a currency has.

    >>> exponent("EUR"), exponent("JPY"), exponent("KWD")
    (2, 0, 3)
    """
    return _EXPONENTS.get(currency, 2)


class Money(Struct, frozen=True, order=True):
    """An amount in minor units (cents) of one currency.

    >>> Money(1999, "EUR") + Money(1, "EUR")
    Money(minor=2000, currency='EUR')
    >>> Money(1999, "EUR") * 2
    Money(minor=3998, currency='EUR')
    """

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Return the nearest Money to a decimal amount; halves go up (away from zero).

        >>> Money.of("12.345", "EUR"), Money.of("1200", "JPY")
        (Money(minor=1235, currency='EUR'), Money(minor=1200, currency='JPY'))
        """
        scaled = Decimal(amount).scaleb(exponent(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def share(self, numerator: int, denominator: int) -> Money:
        """Return numerator/denominator of it, rounded half up to a minor unit.

        >>> Money(999, "EUR").share(19, 100)
        Money(minor=190, currency='EUR')
        """
        exact = Decimal(self.minor) * numerator / denominator
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), self.currency)

    @property
    def decimal(self) -> Decimal:
        """Return the amount in major units.

        >>> Money(1235, "EUR").decimal
        Decimal('12.35')
        """
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal:.{exponent(self.currency)}f} {self.currency}"


def zero(currency: str) -> Money:
    """Return nothing, in a currency."""
    return Money(0, currency)
