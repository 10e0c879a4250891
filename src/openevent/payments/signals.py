"""What payments announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """An organizer is asked for the platform's part of a month."""

    invoice_id: int
