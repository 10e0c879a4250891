"""What payments announce."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class InvoiceIssued(Struct, frozen=True):
    """An organizer is asked for the platform's part of a month."""

    invoice_id: int


class PaymentMoving(Struct, frozen=True):
    """A payment is about to be moved: whoever owns its subject locks that first, then the payment is locked.

    Everybody locks in this order (what is paid for, then its payment), so that no two wait for each other.
    """

    payment_id: int
    subject: str


class PaymentSettled(Struct, frozen=True):
    """The money is there."""

    payment_id: int
    subject: str
    event_id: int
    amount_minor: int
    currency: str


class PaymentFailed(Struct, frozen=True):
    """The money will not come by this payment; another one may be started."""

    payment_id: int
    subject: str
    reason: str


class PaymentAbandoned(Struct, frozen=True):
    """Nobody waits for this payment any more: the provider is to be told. `ask` is an Ask as plain values."""

    payment_id: int
    ask: dict[str, Any]


class PaymentDue(Struct, frozen=True):
    """The provider is to be asked how a payment stands. `ask` is an Ask as plain values."""

    payment_id: int
    ask: dict[str, Any]


class RefundDue(Struct, frozen=True):
    """The provider is to be asked for a refund, or how it stands. `ask` is a RefundAsk as plain values."""

    refund_id: int
    ask: dict[str, Any]


class RefundSettled(Struct, frozen=True):
    """The money is on its way back."""

    refund_id: int
    payment_id: int
    subject: str
    amount_minor: int
    currency: str


class RefundFailed(Struct, frozen=True):
    """The provider does not give the money back."""

    refund_id: int
    payment_id: int
    subject: str
    amount_minor: int
    currency: str
    reason: str


class ReturnsDue(Struct, frozen=True):
    """The provider is to be asked what went back of a settled payment. `ask` is a ReturnsAsk as plain values."""

    payment_id: int
    ask: dict[str, Any]


class RefundFound(Struct, frozen=True):
    """Somebody has given money back at the provider's own pages; `left_minor` is what can still go back."""

    refund_id: int
    payment_id: int
    subject: str
    amount_minor: int
    left_minor: int
    currency: str


class DisputeOpened(Struct, frozen=True):
    """A buyer's bank wants the money back."""

    refund_id: int
    payment_id: int
    subject: str
    amount_minor: int
    currency: str


class DisputeClosed(Struct, frozen=True):
    """A dispute is decided: the money is lost, or it stays."""

    refund_id: int
    payment_id: int
    subject: str
    amount_minor: int
    currency: str
    is_lost: bool


class InvoiceUnpaid(Struct, frozen=True):
    """An organizer has not paid yet, and is reminded; `reminder` counts from 1."""

    invoice_id: int
    reminder: int


class MoneyUnclear(Struct, frozen=True):
    """Somebody has to look at the provider's own books: what we know of this payment or refund is not enough."""

    what: str  # payment:7 or refund:7
    subject: str
    reason: str
