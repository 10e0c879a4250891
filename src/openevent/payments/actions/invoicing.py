"""Asking organizers for the platform's part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from openevent.events.models import Event
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.actions.moving import abandon
from openevent.payments.models import EventInvoice
from openevent.payments.queries import open_payments
from openevent.payments.rules import DUE_AFTER, REMINDERS, invoice_identifier, reminders_by
from openevent.payments.rules.billing import PAYABLE, subject_of_invoice
from openevent.payments.signals import InvoiceIssued, InvoiceUnpaid
from openevent.people.actions import notify


def issue_invoice(
    work: UnitOfWork, event: Event, user_id: int | None, amount: Money, revenue: Money, *, issued_at: datetime
) -> EventInvoice:
    """Ask whoever owns an event for the platform's part of its revenue.

    Whoever calls holds the lock that keeps two from counting at once: the number is running. Where a discount has left
    nothing to pay, the invoice is settled and nobody is told to pay it.
    """
    number = (work.db.scalar(select(func.count()).select_from(EventInvoice)) or 0) + 1
    invoice = EventInvoice(
        identifier=invoice_identifier(issued_at, number),
        event_id=event.id,
        user_id=user_id,
        currency=amount.currency,
        amount=amount.minor,
        revenue=revenue.minor,
        created_at=work.now,
        issued_at=issued_at,
        due_at=issued_at + DUE_AFTER,
    )
    work.db.add(invoice)
    work.db.flush()
    work.audit("event-invoice.create", f"event-invoice:{invoice.id}", by=SYSTEM, amount=invoice.amount)
    if amount.minor:
        work.announce(InvoiceIssued(invoice.id))
    else:
        invoice.status, invoice.paid_via, invoice.completed_at = "paid", "free", work.now
    return invoice


def tell_invoiced(work: UnitOfWork, signal: InvoiceIssued) -> None:
    """Tell whoever is invoiced, inside the product, that there is something to pay."""
    row = work.db.get(EventInvoice, signal.invoice_id)
    if row is None or row.user_id is None:
        return
    event = work.db.get_one(Event, row.event_id)
    about = {
        "invoice": {"id": str(row.id), "identifier": row.identifier, "status": row.status},
        "event": {"id": str(event.id), "name": event.name, "identifier": event.identifier},
    }
    notify(work, [row.user_id], "monthly_payment", target=("EventInvoice", row.id), about=about)


def remind(work: UnitOfWork) -> int:
    """Remind those who owe for an invoice, each as often as its age says; return how many were reminded."""
    owed = select(EventInvoice).where(
        EventInvoice.status.in_(("due", "failed")),
        EventInvoice.amount > 0,
        EventInvoice.reminders < len(REMINDERS),
        EventInvoice.deleted_at.is_(None),
    )
    late = [(one, reminders_by(one.issued_at, work.now)) for one in work.db.scalars(owed.with_for_update())]
    reminded = [(one, number) for one, number in late if number > one.reminders]
    for invoice, number in reminded:
        invoice.reminders = number
        work.announce(InvoiceUnpaid(invoice.id, number))
        work.audit("event-invoice.remind", f"event-invoice:{invoice.id}", by=SYSTEM, number=number)
    work.db.flush()
    return len(reminded)


def update_invoice(work: UnitOfWork, invoice: EventInvoice, values: Mapping[str, Any], *, by: Actor) -> EventInvoice:
    """Change what an admin has found out about an invoice."""
    for name, value in values.items():
        setattr(invoice, name, Money.of(value, invoice.currency).minor if name == "amount" else value)
    if invoice.status == "paid" and invoice.completed_at is None:
        invoice.completed_at = work.now
    if invoice.status not in PAYABLE or "amount" in values:
        for payment in open_payments(work.db, [subject_of_invoice(invoice.id)]):
            abandon(work, payment, reason="the invoice was changed", by=by)
    work.db.flush()
    work.audit("event-invoice.update", f"event-invoice:{invoice.id}", by=by, members=sorted(values))
    return invoice
