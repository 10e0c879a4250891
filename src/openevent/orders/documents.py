"""PDF tickets and invoices: from values, in the event's language and colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from openevent.kit.services import Pdf, Site
from openevent.kit.translations import ENGLISH, locale_of, spoken, texts
from openevent.orders.queries.invoices import InvoiceLine, OrderInvoice
from openevent.orders.queries.views import OrderView
from openevent.orders.rules.designs import palette
from openevent.orders.rules.holders import AND_ONLINE, Admission
from openevent.orders.rules.pricing import tax_label
from openevent.orders.rules.states import COMPLETED
from openevent.web.rosette import rosette

TEMPLATE = "orders/ticket.typ"
INVOICE = "orders/invoice.typ"
_MOST_NOTED = 600  # signs of what was written for other places: as many as of the event's own note on tickets
Picture = tuple[str, bytes]  # its ending, such as png, and what it is


def tickets(pdf: Pdf, admissions: Sequence[Admission], site: Site, logo: Picture | None = None) -> bytes:
    """Return a PDF with a page for each holder, all of one event; `logo` is the event's own."""
    look = admissions[0].look
    language = spoken(look.language)
    pages = [_page(one, f"qr-{place}.svg", language) for place, one in enumerate(admissions)]
    images = {f"qr-{place}.svg": qr_code(one.code) for place, one in enumerate(admissions)}
    colours = palette(look.color, look.paper_color)
    images["mark.svg"] = mark(admissions[0].event_identifier, colours.colour)
    if logo is not None:
        images[f"logo.{logo[0]}"] = logo[1]
    values = {
        "site": site.name,
        "language": language,
        "colours": asdict(colours),
        "labels": _labels(texts(language)),
        "logo": f"logo.{logo[0]}" if logo else "",
        "pages": pages,
    }
    return pdf.render(TEMPLATE, values, images=images)


def _labels(said: NullTranslations) -> dict[str, str]:
    _ = said.gettext
    return {
        "when": _("When"),
        "where": _("Where"),
        "ticket": _("Ticket"),
        "order": _("Order"),
        "admits": _("Admits"),
        "code": _("Number"),
        "note": _("Good to know"),
        "foot": _(
            "Show this page at the entrance, on paper or on a screen. "
            "The code lets in one person, once; keep it to yourself."
        ),
    }


def invoice(pdf: Pdf, found: OrderInvoice, site: Site) -> bytes:
    """Return the invoice of an order as PDF."""
    order = found.order
    language = spoken(order.language)
    _ = texts(language).gettext
    values = {
        "site": site.name,
        "language": language,
        "colours": asdict(palette(order.ticket_color, None)),
        "labels": _invoice_labels(texts(language)),
        "number": order.number,
        "date": day(order.completed_at or order.created_at, order.timezone, language),
        "event": [order.event_name, *dates(order.starts_at, order.ends_at, order.timezone, language)[:-1]],
        "buyer": [order.buyer_name or order.buyer_email, *found.buyer],
        "seller": list(found.seller) or [order.event_name],
        "payment": _way(order.payment_mode, texts(language)),
        "is_paid": order.status == COMPLETED,
        "lines": [_invoice_line(one) for one in found.lines],
        "sums": _sums(order, texts(language)),
        "total": str(order.amount),
        "footer": found.footer,
    }
    return pdf.render(INVOICE, values)


def _invoice_labels(said: NullTranslations) -> dict[str, str]:
    _ = said.gettext
    return {
        "invoice": _("Invoice"),
        "number": _("Number"),
        "date": _("Date"),
        "from": _("From"),
        "to": _("To"),
        "event": _("Event"),
        "payment": _("Payment"),
        "ticket": _("Ticket"),
        "quantity": _("Quantity"),
        "price": _("Price"),
        "discount": _("Discount"),
        "fee": _("Fee"),
        "total": _("Total"),
        "paid": _("Paid"),
        "open": _("To be paid"),
    }


def _way(mode: str | None, said: NullTranslations) -> str:
    """Return in words how an order is paid; nothing while that is open."""
    _ = said.gettext
    ways = {
        "free": _("Free of charge"),
        "bank": _("Bank transfer"),
        "cheque": _("Cheque"),
        "onsite": _("At the door"),
        "invoice": _("Invoice"),
        "stripe": _("Card"),
        "paypal": "PayPal",
        "play": _("Play money"),
    }
    return ways.get(mode or "", (mode or "").capitalize())


def _sums(order: OrderView, said: NullTranslations) -> list[str]:
    """Return what stands between the lines of an invoice and its total, so that it adds up."""
    _ = said.gettext
    found: list[str] = []
    if order.tax is not None:
        how = _("included") if order.tax.is_included else _("added")
        label = tax_label(order.tax.name or _("Tax"), order.tax.percent)
        found.append(f"{label}, {how}: {order.tax.amount}")
    if order.adjustment.minor:
        found.append(f"{_('Adjustment')}: {order.adjustment}")
    return found


def _invoice_line(one: InvoiceLine) -> dict[str, str]:
    amounts = {name: str(getattr(one, name)) for name in ("unit", "discount", "fee", "total")}
    return {"name": one.name, "quantity": str(one.quantity), **amounts}


def qr_code(text: str) -> bytes:
    """Return a QR code (ISO/IEC 18004) as an SVG image; level M survives a folded or dirty print."""
    import zxingcpp  # noqa: PLC0415 -- only where a document is set

    library = cast("Any", zxingcpp)  # its options have no types
    code = library.create_barcode(text, library.QRCode, ec_level="M")
    image = memoryview(code.to_image(add_quiet_zones=False))
    side, cells = len(image), image.tobytes()
    rows = [cells[start : start + side] for start in range(0, side * side, side)]
    lines = (f"M{run.start()} {y}.5h{len(run[0])}" for y, row in enumerate(rows) for run in re.finditer(b"\0+", row))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    return f'{head}<path stroke="#000" d="{"".join(lines)}"/></svg>'.encode()


@lru_cache(maxsize=256)
def mark(seed: str, colour: str = "#a9cfbd") -> bytes:
    """Return an event's mark as an SVG image: the rosette that its pages show."""
    drawn = rosette(seed)
    ellipses = "".join(
        f'<ellipse rx="{ring.rx}" ry="{ring.ry}" transform="rotate({turn})"/>'
        for ring in (drawn.outer, drawn.inner)
        for turn in ring.turns
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200" fill="none"'
    pen = f'stroke="{colour}" stroke-opacity="0.34" stroke-width="0.7"'
    return f"{head} {pen}>{ellipses}</svg>".encode()


def _page(one: Admission, qr: str, language: str) -> dict[str, Any]:
    return {
        "event": one.event_name,
        "dates": dates(one.starts_at, one.ends_at, one.timezone, language),
        "place": place_in_words(one.place, language),
        "holder": one.holder,
        "email": one.email or "",
        "ticket": one.ticket_name,
        "ticket_note": _cut(one.ticket_note),
        "note": _cut(one.look.note or ""),
        "order": one.order_number,
        "code": one.identifier.upper(),
        "qr": qr,
    }


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_NOTED else text[:_MOST_NOTED].rstrip() + " ..."


UNSAID = frozenset({"Online", "To be announced"})  # what place_of says of an event without a place


def place_in_words(place: str, language: str) -> str:
    """Return where an event is, as place_of says it in English, in a language.

    >>> place_in_words("Online", "de"), place_in_words("Kulturzentrum, and online", "de")
    ('Online', 'Kulturzentrum, und online')
    """
    _ = texts(language).gettext
    if place in UNSAID:
        return _(place)
    name = place.removesuffix(AND_ONLINE)
    return place if name == place else _("{place}, and online").format(place=name)


def dates(starts_at: datetime, ends_at: datetime, zone: str, language: str = ENGLISH) -> list[str]:
    """Return in words when an event is, in its own zone, line by line; the last one names the zone.

    >>> from datetime import UTC
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 1, 16, tzinfo=UTC), "Europe/Berlin")
    ['Friday, 1 May 2026', '09:00 to 18:00', 'Europe/Berlin']
    >>> dates(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 3, 16, tzinfo=UTC), "Europe/Berlin", "de")
    ['Freitag, 1. Mai 2026, 09:00', 'bis Sonntag, 3. Mai 2026, 18:00', 'Europe/Berlin']
    """
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    _ = texts(language).gettext
    first, last = day(starts_at, zone, language), day(ends_at, zone, language)
    if start.date() == end.date():
        return [first, _("{start} to {end}").format(start=f"{start:%H:%M}", end=f"{end:%H:%M}"), zone]
    return [f"{first}, {start:%H:%M}", _("to {end}").format(end=f"{last}, {end:%H:%M}"), zone]


def day(moment: datetime, zone: str, language: str = ENGLISH) -> str:
    """Return a day in full, as it is written in a language."""
    from babel.dates import format_date  # noqa: PLC0415 -- only where a document is set

    return format_date(moment.astimezone(ZoneInfo(zone)), "full", locale=locale_of(language))


def moment(at: datetime, zone: str, language: str = ENGLISH) -> str:
    """Return a day and a time in a place, which is named.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 3, 1, 12, tzinfo=UTC), "Europe/Berlin", "de")
    'Sonntag, 1. März 2026, 13:00 (Europe/Berlin)'
    """
    from babel.dates import format_time  # noqa: PLC0415 -- only where a document is set

    time = format_time(at.astimezone(ZoneInfo(zone)), "short", locale=locale_of(language))
    return f"{day(at, zone, language)}, {time} ({zone})"
