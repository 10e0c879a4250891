"""Decisions about money in motion: what the platform takes, how payments move, and what is said to providers. Pure."""

from __future__ import annotations

from openevent.payments.rules.fees import (
    DUE_AFTER,
    GLOBAL,
    LEAST,
    PAID_VIA,
    REMINDERS,
    STATUSES,
    Fee,
    Month,
    fee_of,
    invoice_amount,
    invoice_identifier,
    lowered,
    month_before,
    reminders_by,
)

__all__ = [
    "DUE_AFTER",
    "GLOBAL",
    "LEAST",
    "PAID_VIA",
    "REMINDERS",
    "STATUSES",
    "Fee",
    "Month",
    "fee_of",
    "invoice_amount",
    "invoice_identifier",
    "lowered",
    "month_before",
    "reminders_by",
]
