"""The platform's invoices as PDF, from values."""

from __future__ import annotations

from openevent.kit.services import Pdf, Site
from openevent.payments.queries import InvoiceView

TEMPLATE = "payments/invoice.typ"


def invoice(pdf: Pdf, view: InvoiceView, site: Site) -> bytes:
    """Return an invoice as PDF."""
    values = {
        "site": site.name,
        "identifier": view.identifier,
        "event": view.event_name,
        "organizer": view.organizer,
        "email": view.email,
        "address": list(view.address),
        "issued": view.issued_on,
        "due": view.due_on,
        "status": view.status,
        "revenue": str(view.revenue),
        "amount": str(view.amount),
        "net": str(view.revenue - view.amount),
    }
    return pdf.render(TEMPLATE, values)
