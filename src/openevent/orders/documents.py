"""PDF tickets: one page a holder, from values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import segno

from openevent.kit.services import Pdf, Site
from openevent.orders.queries.invoices import InvoiceLine, OrderInvoice
from openevent.orders.rules.holders import Admission
from openevent.web.rosette import rosette

TEMPLATE = "orders/ticket.typ"
INVOICE = "orders/invoice.typ"


def tickets(pdf: Pdf, admissions: Sequence[Admission], site: Site) -> bytes:
    """Return a PDF with a page for each holder, all of one event."""
    pages = [_page(one, f"qr-{place}.svg") for place, one in enumerate(admissions)]
    images = {f"qr-{place}.svg": qr_code(one.code) for place, one in enumerate(admissions)}
    images["mark.svg"] = mark(admissions[0].event_identifier)
    return pdf.render(TEMPLATE, {"site": site.name, "pages": pages}, images=images)


def invoice(pdf: Pdf, found: OrderInvoice, site: Site) -> bytes:
    """Return the invoice of an order as PDF."""
    order = found.order
    values = {
        "site": site.name,
        "number": order.number,
        "event": order.event_name,
        "buyer": [order.buyer_name or order.buyer_email, *found.buyer],
        "seller": list(found.seller),
        "payment": f"{order.payment_mode or 'open'}, {order.status}",
        "lines": [_invoice_line(one) for one in found.lines],
        "tax_label": found.tax_label,
        "tax": str(found.tax),
        "total": str(order.amount),
        "footer": found.footer,
    }
    return pdf.render(INVOICE, values)


def _invoice_line(one: InvoiceLine) -> dict[str, str]:
    amounts = {name: str(getattr(one, name)) for name in ("unit", "discount", "fee", "total")}
    return {"name": one.name, "quantity": str(one.quantity), **amounts}


def qr_code(text: str) -> bytes:
    """Return a QR code as an SVG image; level M survives a folded or dirty print.

    The mask is given: trying all eight takes 12 ms, and every reader reads every one of them (ISO/IEC 18004, 7.8).
    """
    image = io.BytesIO()
    segno.make_qr(text, error="m", mask=4).save(image, kind="svg", border=0, xmldecl=False, svgns=True)
    return image.getvalue()


@lru_cache(maxsize=256)
def mark(seed: str) -> bytes:
    """Return an event's mark as an SVG image: the rosette that its pages show."""
    drawn = rosette(seed)
    ellipses = "".join(
        f'<ellipse rx="{ring.rx}" ry="{ring.ry}" transform="rotate({turn})"/>'
        for ring in (drawn.outer, drawn.inner)
        for turn in ring.turns
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200" fill="none"'
    pen = 'stroke="#a9cfbd" stroke-width="0.7"'
    return f"{head} {pen}>{ellipses}</svg>".encode()


def _page(one: Admission, qr: str) -> dict[str, Any]:
    return {
        "event": one.event_name,
        "dates": dates(one.starts_at, one.ends_at, one.timezone),
        "place": one.place,
        "holder": one.holder,
        "email": one.email or "",
        "ticket": one.ticket_name,
        "order": one.order_number,
        "code": one.identifier.upper(),
        "qr": qr,
    }


def dates(starts_at: datetime, ends_at: datetime, zone: str) -> list[str]:
    """Return in words when an event is, in its own zone, line by line; the last one names the zone.

    >>> from datetime import UTC
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 1, 16, tzinfo=UTC), "Europe/Berlin")
    ['Friday, 1 May 2026', '09:00 to 18:00', 'Europe/Berlin']
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 3, 16, tzinfo=UTC), "Europe/Berlin")
    ['Friday, 1 May 2026, 09:00', 'to Sunday, 3 May 2026, 18:00', 'Europe/Berlin']
    """
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    if start.date() == end.date():
        return [_day(start), f"{start:%H:%M} to {end:%H:%M}", zone]
    return [f"{_day(start)}, {start:%H:%M}", f"to {_day(end)}, {end:%H:%M}", zone]


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"
