"""Codes that lower what the platform takes of an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from openevent.payments.models import EventInvoice
from openevent.tickets.models import DiscountCode, discount_codes_events, discount_codes_invoices


def fee_code(db: Session, event_id: int, now: datetime) -> DiscountCode | None:
    """Return the code that lowers an event's next invoice, locked; None when there is none that is good now.

    `tickets_number` bounds how often it is used at all, `max_quantity` in how many months of one event.
    """
    links = discount_codes_events.c
    found = select(DiscountCode).join(discount_codes_events, links.discount_code_id == DiscountCode.id)
    found = found.where(
        links.event_id == event_id,
        DiscountCode.deleted_at.is_(None),
        DiscountCode.is_active,
        or_(DiscountCode.valid_from.is_(None), DiscountCode.valid_from <= now),
        or_(DiscountCode.valid_till.is_(None), DiscountCode.valid_till >= now),
    )
    code = db.scalar(found.with_for_update())
    return code if code is not None and _is_left(db, code, event_id) else None


def _is_left(db: Session, code: DiscountCode, event_id: int) -> bool:
    links = discount_codes_invoices.c
    used = select(func.count()).select_from(discount_codes_invoices).where(links.discount_code_id == code.id)
    here = used.join(EventInvoice, EventInvoice.id == links.event_invoice_id).where(EventInvoice.event_id == event_id)
    if code.tickets_number is not None and (db.scalar(used) or 0) >= code.tickets_number:
        return False
    months = code.max_quantity
    return months is None or months < 0 or (db.scalar(here) or 0) < months


def note_fee_code(db: Session, code: DiscountCode, invoice_id: int) -> None:
    """Remember which code lowered an invoice."""
    db.execute(insert(discount_codes_invoices).values(event_invoice_id=invoice_id, discount_code_id=code.id))
