"""Decisions about events: dates, names, who may give which role. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import available_timezones

from msgspec import Struct

LONGEST = timedelta(days=20)

OWNER = "owner"
ORGANIZER = "organizer"
COORGANIZER = "coorganizer"
# What an actor may hand out goes by rank; roles that are not listed organize nothing.
RANKED = {OWNER: 3, ORGANIZER: 2, COORGANIZER: 1}
ORGANIZING = tuple(RANKED)


# The ways in which an event may be paid for.
PAYMENT_SWITCHES = (
    "can_pay_by_paypal",
    "can_pay_by_stripe",
    "can_pay_by_cheque",
    "can_pay_by_bank",
    "can_pay_by_invoice",
    "can_pay_onsite",
    "can_pay_by_omise",
    "can_pay_by_alipay",
    "can_pay_by_paytm",
)


class Fault(Struct, frozen=True):
    """Why a value won't do, and where in the request document it stands."""

    detail: str
    pointer: str


def date_fault(starts_at: datetime, ends_at: datetime) -> Fault | None:
    """Return what is wrong with an event's dates: it ends after it starts and lasts 20 days at most.

    >>> from datetime import UTC
    >>> date_fault(datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 3, 18, tzinfo=UTC))
    >>> date_fault(datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)).pointer
    '/data/attributes/ends-at'
    """
    if ends_at <= starts_at:
        return Fault("ends-at must be after starts-at.", "/data/attributes/ends-at")
    if ends_at - starts_at > LONGEST:
        return Fault(f"An event can't last longer than {LONGEST.days} days.", "/data/attributes/ends-at")
    return None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_fault(name: str) -> Fault | None:
    """Return what is wrong with the name of a time zone (IANA).

    >>> zone_fault("Europe/Berlin")
    >>> zone_fault("Mars/Base").detail
    "Unknown timezone: 'Mars/Base'"
    """
    if name in _zones():
        return None
    return Fault(f"Unknown timezone: {name!r}", "/data/attributes/timezone")


def document_fault(links: object) -> Fault | None:
    """Return what is wrong with an event's document links: a list of objects with a name and a link each.

    >>> document_fault([{"name": "Map", "link": "https://example.org/map"}])
    >>> document_fault([{"name": "Map"}]).pointer
    '/data/attributes/document-links'
    """
    if links is None or (isinstance(links, list) and all(_is_document(one) for one in cast("list[object]", links))):
        return None
    return Fault("Every document needs a name and an http(s) link.", "/data/attributes/document-links")


def _is_document(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    sent = cast("dict[str, object]", entry)
    name, link = sent.get("name"), sent.get("link")
    named = isinstance(name, str) and bool(name.strip())
    return named and isinstance(link, str) and link.startswith(("http://", "https://"))


def colour_fault(name: str, value: str | None) -> Fault | None:
    """Return what is wrong with a colour: it is # and six hex digits.

    >>> colour_fault("ticket-color", "#1f5a4c"), colour_fault("ticket-color", None)
    (None, None)
    >>> colour_fault("ticket-color", "red").pointer
    '/data/attributes/ticket-color'
    """
    if value is None or re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return None
    return Fault("A colour such as #1f5a4c.", f"/data/attributes/{name}")


def switched_on(before: Mapping[str, object], after: Mapping[str, object]) -> str | None:
    """Return the member of the first way to pay that a change switches on, None when it switches on none.

    >>> switched_on({}, {"can_pay_onsite": True, "name": "PyConf"})
    'can-pay-onsite'
    >>> switched_on({"can_pay_by_bank": True}, {"can_pay_by_bank": True, "can_pay_onsite": False})
    """
    found = (one for one in PAYMENT_SWITCHES if after.get(one) and not before.get(one))
    return next((one.replace("_", "-") for one in found), None)


def is_publishable(name: str | None) -> bool:
    """Tell whether an event may go public, as far as its own values say: it needs a name.

    >>> is_publishable("PyConf"), is_publishable("  "), is_publishable(None)
    (True, False, False)
    """
    return bool(name and name.strip())


def is_identifier(text: str) -> bool:
    """Tell whether this can identify an event: 8 hex characters, and never digits only (that would be a key).

    >>> is_identifier("02f1b53a"), is_identifier("02115533"), is_identifier("02F1B53A")
    (True, False, False)
    """
    return re.fullmatch(r"[0-9a-f]{8}", text) is not None and not text.isdigit()


def slug(name: str) -> str:
    """Return the name as it stands in addresses (v1 reference 7.21).

    >>> slug("Camp, Treat & Retreat"), slug("Film/Media"), slug("Ümlaut  Day")
    ('camp-treat-retreat', 'film-media', 'ümlaut-day')
    """
    plain = name.lower().replace("& ", "").replace(",", "").replace("/", "-")
    return "-".join(plain.split())


def chat_room_name(name: str, identifier: str) -> str:
    """Return what the event's chat room is called.

    >>> chat_room_name("PyConf 302354!", "021eb53a")
    'PyConf-302354-021eb53a'
    """
    return "-".join([*re.findall(r"\w+", name), identifier])


def like_pattern(text: str) -> str:
    r"""Return a LIKE pattern (escape character \) that finds the text anywhere, its own % and _ taken literally.

    >>> like_pattern("50%")
    '%50\\%%'
    """
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def may_give(own: Collection[str], role: str, *, instead_of: str | None = None) -> bool:
    """Tell whether somebody with these roles on an event may give a role there, or change one into it.

    Nobody gives more than he has, nobody changes the role of somebody above himself, and an owner's role is never
    changed: ownership moves by giving it to the next owner.

    >>> may_give(["coorganizer"], "owner"), may_give(["owner"], "owner"), may_give(["organizer"], "registrar")
    (False, True, True)
    >>> may_give(["coorganizer"], "coorganizer", instead_of="organizer")
    False
    >>> may_give(["owner"], "organizer", instead_of="owner")
    False
    """
    if instead_of is not None and not may_take(own, instead_of):
        return False
    return OWNER in own if role == OWNER else may_take(own, role)


def may_take(own: Collection[str], role: str) -> bool:
    """Tell whether somebody with these roles may take a role away: never an owner's, never one above his own.

    >>> may_take(["owner"], "owner"), may_take(["organizer"], "coorganizer"), may_take(["registrar"], "registrar")
    (False, True, False)
    """
    highest = max((RANKED.get(name, 0) for name in own), default=0)
    return role != OWNER and highest > 0 and highest >= RANKED.get(role, 0)
