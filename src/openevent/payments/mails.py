"""Mails about payments: the platform's invoices."""

from __future__ import annotations

from openevent.kit.access import SYSTEM
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.payments.models import EventInvoice
from openevent.payments.queries import invoice_view
from openevent.payments.signals import InvoiceIssued


def invoice(work: UnitOfWork, signal: InvoiceIssued) -> None:
    """Tell whoever is invoiced what there is to pay, and until when."""
    row = work.db.get(EventInvoice, signal.invoice_id)
    view = None if row is None else invoice_view(work.db, row.identifier, SYSTEM)
    if view is None or not view.email:
        return
    values = {
        "name": view.organizer,
        "identifier": view.identifier,
        "event_name": view.event_name,
        "amount": view.amount,
        "due": view.due_on,
        "link": work.site.page(f"/event-invoice/{view.identifier}/review"),
    }
    work.send(render("payments/invoice", values, work.site).to(view.email))
