"""Whether a notice is the provider's own."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
_MOST_DIGITS = 12  # of a moment in seconds
_LONGEST = 2_000  # of a header: a signature is 64 characters, and there are a few while secrets are exchanged


def is_signed_by_stripe(secret: str, header: str, body: bytes, now: datetime) -> bool:
    """Tell whether a Stripe-Signature header (`t=<unix>,v1=<hex>,...`) is of this body, fresh, and by this secret.

    Several v1 stand there while a secret is exchanged; other schemes are ignored (https://docs.stripe.com/webhooks).

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> signed = stripe_signature("whsec_1", b"{}", at)
    >>> is_signed_by_stripe("whsec_1", signed, b"{}", at), is_signed_by_stripe("whsec_1", "v1=00," + signed, b"{}", at)
    (True, True)
    >>> is_signed_by_stripe("whsec_2", signed, b"{}", at), is_signed_by_stripe("whsec_1", signed, b"[]", at)
    (False, False)
    >>> is_signed_by_stripe("", signed, b"{}", at), is_signed_by_stripe("whsec_1", signed, b"{}", at + 2 * TOLERANCE)
    (False, False)
    >>> odd = ("", "t=x", "t=1", "v1=é", " " * 2000 + signed, f"t={'9' * 400},v1=00")
    >>> [is_signed_by_stripe("whsec_1", one, b"{}", at) for one in odd]
    [False, False, False, False, False, False]
    """
    pairs = [part.strip().partition("=") for part in header[:_LONGEST].split(",")]
    stamp = next((value for name, _, value in pairs if name == "t"), "")
    if not secret or not stamp.isascii() or not stamp.isdigit() or len(stamp) > _MOST_DIGITS:
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    wanted = _hex(secret, stamp, body).encode()
    given = [value.encode() for name, _, value in pairs if name == "v1"]
    return any(hmac.compare_digest(wanted, one) for one in given)


def stripe_signature(secret: str, body: bytes, at: datetime) -> str:
    """Return the header that Stripe would send.

    >>> from datetime import UTC
    >>> stripe_signature("whsec_1", b"{}", datetime(1970, 1, 1, tzinfo=UTC))[:13]
    't=0,v1=4db657'
    """
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_hex(secret, stamp, body)}"


def _hex(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
