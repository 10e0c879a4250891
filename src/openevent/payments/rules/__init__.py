"""Decisions about money in motion: what the platform takes, how payments move, and what is said to providers. Pure."""

from __future__ import annotations

from openevent.payments.rules.fees import (
    DUE_AFTER,
    GLOBAL,
    LEAST,
    PAID_VIA,
    STATUSES,
    Fee,
    Month,
    fee_of,
    invoice_amount,
    invoice_identifier,
    month_before,
)

__all__ = [
    "DUE_AFTER",
    "GLOBAL",
    "LEAST",
    "PAID_VIA",
    "STATUSES",
    "Fee",
    "Month",
    "fee_of",
    "invoice_amount",
    "invoice_identifier",
    "month_before",
]
