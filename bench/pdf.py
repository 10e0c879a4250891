"""CPU of one ticket PDF with the compiler warm: QR code, mark, names in five scripts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from openevent.kit.pdf import TypstPdf
from openevent.kit.services import Site
from openevent.orders.documents import tickets
from openevent.orders.rules.holders import Admission

_CODE = "OE1:" + "6BF5A1B2C3" * 10 + "D4E5F"  # as long as real ones are
HOLDERS = ("Jörg Müller-Łukasz", "ليلى الحداد", "山田 花子", "प्रिया शर्मा", "Олена Ковальчук")


def ticket_cpu_ms(times: int = 60) -> float:
    """Return milliseconds of CPU a ticket, after a warm-up that loads fonts and templates."""
    pdf = TypstPdf()
    for number in range(len(HOLDERS)):
        tickets(pdf, [_admission(number)], Site())
    began = time.process_time()
    for number in range(times):
        tickets(pdf, [_admission(number)], Site())
    return (time.process_time() - began) / times * 1000


def _admission(number: int) -> Admission:
    return Admission(
        attendee_id=number,
        event_name="Tides of Open Source",
        event_identifier="be9c4a11",
        starts_at=datetime(2026, 5, 1, 7, tzinfo=UTC),
        ends_at=datetime(2026, 5, 3, 16, tzinfo=UTC),
        timezone="Europe/Berlin",
        place="Harbour Hall, Hamburg",
        holder=HOLDERS[number % len(HOLDERS)],
        email=f"holder{number}@example.org",
        ticket_name="Regular",
        order_number=f"O1767225600-{number}",
        order_identifier=f"3f0e6a6e-6f5d-4d27-9a53-{number:012d}",
        event_id=421,
        code=_CODE,
        identifier=f"{number:06x}",
    )
