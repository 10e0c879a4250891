"""What the platform's invoices are called among the things that are paid for, and how payments move them."""

from __future__ import annotations

_SUBJECT = "event-invoice:"
PAYABLE = ("due", "failed")


def subject_of_invoice(invoice_id: int) -> str:
    """Return what an invoice is called among the things that are paid for.

    >>> subject_of_invoice(7)
    'event-invoice:7'
    """
    return f"{_SUBJECT}{invoice_id}"


def invoice_id_in(subject: str) -> int | None:
    """Return the invoice that something was paid for; None when it was something else.

    >>> invoice_id_in("event-invoice:7"), invoice_id_in("order:7"), invoice_id_in("event-invoice:x")
    (7, None, None)
    """
    key = subject.removeprefix(_SUBJECT)
    return int(key) if key != subject and key.isdecimal() else None


def refused(status: str, amount: int, currency: str, paid: tuple[int, str]) -> str:
    """Return why money can't settle an invoice; empty when it can.

    >>> refused("due", 500, "EUR", (500, "EUR")), refused("paid", 500, "EUR", (500, "EUR"))
    ('', 'the invoice was paid already')
    >>> refused("due", 600, "EUR", (500, "EUR"))
    'the invoice says another amount now'
    """
    if status not in PAYABLE:
        return "the invoice was paid already"
    return "" if (amount, currency) == paid else "the invoice says another amount now"
