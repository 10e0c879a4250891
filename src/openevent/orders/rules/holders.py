"""Who may hold a ticket, and what a ticket shows."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from openevent.kit.errors import Invalid
from openevent.people.rules import clean_email

_MAX_NAME = 255


class InvalidHolder(Invalid):
    """Something about a ticket holder is missing or wrong."""

    code = "invalid-holder"


_NUMBER = re.compile(r"[Oo][0-9]{1,12}-([0-9]{1,18})")


class HolderInput(Struct, frozen=True):
    """What a checkout says about one holder; `more` has further columns, such as company or city.

    `answers` are those to the event's own questions; None leaves what was said before.
    """

    attendee_id: int
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    more: dict[str, Any] = field(default_factory=dict[str, Any])
    answers: dict[str, Any] | None = None


def tidy_email(value: str | None, pointer: str) -> str | None:
    """Return an address as it is compared and stored, None for an empty one; raises InvalidHolder.

    >>> tidy_email(" Bo@Example.org ", "/x"), tidy_email("  ", "/x")
    ('bo@example.org', None)
    """
    if not (value or "").strip():
        return None
    found = clean_email(value or "")
    if found is None:
        raise InvalidHolder("Not a valid email address.", pointer=pointer)
    return found


def tidy_text(value: str | None, pointer: str, limit: int = _MAX_NAME) -> str | None:
    """Return one line of text, None for an empty one; raises InvalidHolder for control characters and novels."""
    found = (value or "").strip()
    if not found:
        return None
    if not found.replace("\u200c", "").replace("\u200d", "").isprintable():  # joiners: Persian, Hindi, some emoji
        raise InvalidHolder("Control characters are not allowed.", pointer=pointer)
    if len(found) > limit:
        raise InvalidHolder(f"Longer than maximum length {limit}.", pointer=pointer)
    return found


class Holder(Struct, frozen=True):
    """What matters of an attendee when an order is to be completed."""

    attendee_id: int
    firstname: str | None
    lastname: str | None
    email: str | None


def check_holder(holder: Holder, position: int) -> None:
    """Raise InvalidHolder unless a holder has a name (one is enough: not everybody has two) and an address.

    >>> check_holder(Holder(1, "Sukarno", None, "s@example.org"), 0)
    >>> check_holder(Holder(1, None, " ", "s@example.org"), 0)
    Traceback (most recent call last):
    openevent.orders.rules.holders.InvalidHolder: Every ticket needs the name of its holder.
    """
    pointer = f"/data/relationships/attendees/data/{position}"
    if not full_name(holder.firstname, holder.lastname):
        raise InvalidHolder("Every ticket needs the name of its holder.", pointer=pointer)
    if not holder.email:
        raise InvalidHolder("Every ticket needs the e-mail address of its holder.", pointer=pointer)


def full_name(first: str | None, last: str | None) -> str:
    """Return a name as it is shown.

    >>> full_name("Bo", "Lindqvist"), full_name(None, " Sukarno ")
    ('Bo Lindqvist', 'Sukarno')
    """
    return " ".join(part.strip() for part in (first, last) if part and part.strip())


def order_number(created_at: datetime, order_id: int) -> str:
    """Return what people call an order.

    >>> from datetime import UTC
    >>> order_number(datetime(2026, 3, 1, 12, tzinfo=UTC), 7)
    'O1772366400-7'
    """
    return f"O{int(created_at.timestamp())}-{order_id}"


def order_id_in(text: str) -> int | None:
    """Return the id in an order's number as somebody typed it, None when it is no such number.

    >>> order_id_in(" o1772366400-7 "), order_id_in("O'Neil-7")
    (7, None)
    """
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


class Look(Struct, frozen=True):
    """What an event has to say about its tickets' look: colours, texts, language, and the address of its logo."""

    color: str | None = None
    paper_color: str | None = None
    note: str | None = None
    language: str | None = None
    logo_url: str | None = None


class Admission(Struct, frozen=True):
    """What one ticket shows."""

    attendee_id: int
    event_name: str
    event_identifier: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    place: str
    holder: str
    email: str | None
    ticket_name: str
    order_number: str
    order_identifier: str
    identifier: str  # the holder's, within the order
    event_id: int = 0
    code: str = ""  # what the QR code says, once one is given out
    ticket_note: str = ""  # what its type's description says, where that is shown
    look: Look = field(default_factory=Look)


def link_subject(attendee_id: int, issue: int) -> str:
    """Return what the signature in a mailed link to a ticket speaks about: a new code makes old links void as well.

    >>> link_subject(7, 0), link_subject(7, 2)
    ('ticket:7:1', 'ticket:7:2')
    """
    return f"ticket:{attendee_id}:{max(issue, 1)}"


AND_ONLINE = ", and online"


def place_of(location: str | None, *, online: bool) -> str:
    """Return in words where an event is.

    >>> place_of("Kulturzentrum", online=False), place_of("Kulturzentrum", online=True), place_of(None, online=True)
    ('Kulturzentrum', 'Kulturzentrum, and online', 'Online')
    """
    if not location:
        return "Online" if online else "To be announced"
    return f"{location}{AND_ONLINE}" if online else location
