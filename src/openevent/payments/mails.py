"""Mails about payments, each in its reader's language: the platform's invoices, and money to be looked after."""

from __future__ import annotations

from openevent.events.models import Event
from openevent.kit.access import SYSTEM
from openevent.kit.mail import render
from openevent.kit.work import UnitOfWork
from openevent.payments.models import EventInvoice
from openevent.payments.queries import invoice_view, operators
from openevent.payments.rules import REMINDERS
from openevent.payments.signals import InvoiceIssued, InvoiceUnpaid, MoneyUnclear
from openevent.people.queries import reading_language


def invoice(work: UnitOfWork, signal: InvoiceIssued) -> None:
    """Tell whoever is invoiced what there is to pay, and until when."""
    _about(work, signal.invoice_id, "payments/invoice")


def reminder(work: UnitOfWork, signal: InvoiceUnpaid) -> None:
    """Remind whoever is invoiced, unless the invoice was paid meanwhile."""
    _about(work, signal.invoice_id, REMINDERS[signal.reminder - 1])


def _about(work: UnitOfWork, invoice_id: int, template: str) -> None:
    row = work.db.get(EventInvoice, invoice_id)
    if row is None or row.status not in ("due", "failed"):
        return
    view = invoice_view(work.db, row.identifier, SYSTEM)
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
    language = reading_language(work.db, view.email, work.db.get_one(Event, row.event_id).language)
    work.send(render(template, values, work.site, language).to(view.email))


def unclear(work: UnitOfWork, signal: MoneyUnclear) -> None:
    """Ask those who run the installation to look at the provider's own books."""
    values = {"what": signal.what, "subject": signal.subject, "reason": signal.reason}
    for address in operators(work.db):
        letter = render("payments/unclear", values, work.site, reading_language(work.db, address))
        work.send(letter.to(address))
