"""PDF tickets: one page a holder, from values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno

from openevent.kit.services import Pdf, Site
from openevent.orders.rules.holders import Admission

TEMPLATE = "orders/ticket.typ"


def tickets(pdf: Pdf, admissions: Sequence[Admission], site: Site) -> bytes:
    """Return a PDF with a page for each holder."""
    pages = [_page(one, f"qr-{place}.svg") for place, one in enumerate(admissions)]
    images = {f"qr-{place}.svg": qr_code(one.code) for place, one in enumerate(admissions)}
    return pdf.render(TEMPLATE, {"site": site.name, "pages": pages}, images=images)


def qr_code(text: str) -> bytes:
    """Return a QR code as an SVG image; level M survives a folded or dirty print."""
    image = io.BytesIO()
    segno.make_qr(text, error="m").save(image, kind="svg", border=0, xmldecl=False, svgns=True)
    return image.getvalue()


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
    """Return in words when an event is, in its own zone: one line for a day, two for several.

    >>> from datetime import UTC
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 1, 16, tzinfo=UTC), "Europe/Berlin")
    ['Friday, 1 May 2026', '09:00 to 18:00 (Europe/Berlin)']
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 3, 16, tzinfo=UTC), "Europe/Berlin")
    ['Friday, 1 May 2026, 09:00', 'to Sunday, 3 May 2026, 18:00 (Europe/Berlin)']
    """
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    if start.date() == end.date():
        return [_day(start), f"{start:%H:%M} to {end:%H:%M} ({zone})"]
    return [f"{_day(start)}, {start:%H:%M}", f"to {_day(end)}, {end:%H:%M} ({zone})"]


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"
