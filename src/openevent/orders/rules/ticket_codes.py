"""What the QR code of a ticket says: packed, signed, and written so that a QR code is small. Pure.

docs/reference/ticket-codes.md describes the format for those who write scanners.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from openevent.kit.errors import Invalid

PREFIX = "OE1:"  # the format's name and version; also the first bytes of what is signed
VOID_LIST = "OER1"  # the name and version of the list of void codes
SIGNATURE_BYTES = 64  # Ed25519, RFC 8032
LONGEST = 200
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # what a QR code packs most densely: RFC 9285
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET)
_MOST = 2**63
_PLAIN = re.compile(r"(?P<order>[0-9A-Za-z-]{1,60})-(?P<attendee>[0-9A-Za-z]{1,20})")


class CodeUnreadable(Invalid):
    """That is no code of a ticket."""

    code = "ticket-code-unreadable"


class Claim(Struct, frozen=True):
    """What a code says: this is the n-th code of that attendee of that event."""

    event_id: int
    attendee_id: int
    issue: int

    @property
    def message(self) -> bytes:
        """What is signed."""
        return PREFIX.encode() + self.packed

    @property
    def packed(self) -> bytes:
        """The three numbers, each as unsigned LEB128."""
        return b"".join(_leb128(number) for number in (self.event_id, self.attendee_id, self.issue))


def written(claim: Claim, signature: bytes) -> str:
    """Return the text of the QR code.

    >>> len(written(Claim(421, 70512, 1), bytes(64)))
    109
    """
    return PREFIX + _base45(claim.packed + signature)


def read(text: str) -> tuple[Claim, bytes]:
    """Return what a code says and its signature, which is still to be checked; raises CodeUnreadable.

    >>> read(written(Claim(421, 70512, 1), bytes(64)))[0]
    Claim(event_id=421, attendee_id=70512, issue=1)
    """
    text = text.strip()
    if not is_signed(text) or len(text) > LONGEST:
        raise CodeUnreadable("This is no code of a ticket.")
    data = _unbase45(text[len(PREFIX) :])
    packed, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    numbers = _numbers(packed)
    claim = Claim(*numbers) if len(numbers) == 3 else None  # noqa: PLR2004 -- the three that Claim has
    if claim is None or claim.packed != packed:  # only one spelling of a number is taken
        raise CodeUnreadable("This is no code of a ticket.")
    return claim, signature


def is_signed(text: str) -> bool:
    """Tell whether a text is meant to be such a code.

    >>> is_signed("OE1:ABC"), is_signed("3f0e-0a1b2c")
    (True, False)
    """
    return text.strip().startswith(PREFIX)


def plain(text: str) -> tuple[str, str]:
    """Return the identifiers of order and attendee in a code as v1 has it; raises CodeUnreadable.

    >>> plain("3f0e6a6e-6f5d-4d27-9a53-00000000000a-0A1B2C")
    ('3f0e6a6e-6f5d-4d27-9a53-00000000000a', '0a1b2c')
    """
    found = _PLAIN.fullmatch(text.strip())
    if found is None:
        raise CodeUnreadable("This is no code of a ticket.")
    return found["order"], found["attendee"].lower()


def void_list(
    event_id: int, after: tuple[int, int], codes: Sequence[tuple[int, int]], *, has_more: bool, now: datetime
) -> str:
    """Return a page of void codes as it is signed: a line of facts, then an attendee and an issue a line.

    >>> from datetime import UTC
    >>> print(void_list(421, (0, 0), [(70512, 1)], has_more=False, now=datetime(2026, 3, 1, 12, tzinfo=UTC)))
    OER1 421 2026-03-01T12:00:00Z after 0-0 end
    70512-1
    """
    how = "more" if has_more else "end"
    head = f"{VOID_LIST} {event_id} {now:%Y-%m-%dT%H:%M:%SZ} after {after[0]}-{after[1]} {how}"
    return "\n".join([head, *(f"{attendee}-{issue}" for attendee, issue in codes)])


def _leb128(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004 -- seven bits a byte
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _numbers(data: bytes) -> list[int]:
    found: list[int] = []
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            found.append(number)
            number = shift = 0
    return found if shift == 0 and all(1 <= one < _MOST for one in found) else []


def _base45(data: bytes) -> str:
    found: list[str] = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, _BASE)
            found.append(_ALPHABET[digit])
    return "".join(found)


def _unbase45(text: str) -> bytes:
    found = bytearray()
    for start in range(0, len(text), 3):
        part = text[start : start + 3]
        digits = [_VALUES.get(sign, _MOST) for sign in part]
        number = sum(digit * _BASE**place for place, digit in enumerate(digits))
        size = len(part) - 1
        if size == 0 or number >= 256**size:
            raise CodeUnreadable("This is no code of a ticket.")
        found += number.to_bytes(size, "big")
    return bytes(found)
