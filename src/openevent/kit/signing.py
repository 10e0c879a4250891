"""Links that nobody else can make: HMAC-SHA256 over a subject and a moment."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime


class HmacSigner:
    """Signs subjects such as `ticket:7` until a moment; the purpose keeps it apart from other users of the secret."""

    def __init__(self, secret: str, purpose: str = "openevent.links") -> None:
        self._key = hmac.digest(secret.encode(), purpose.encode(), "sha256")

    def sign(self, subject: str, *, expires: datetime) -> str:
        """Return a URL-safe signature over the subject and the moment (whole seconds)."""
        moment = int(expires.timestamp())
        return f"{moment:x}.{self._mac(subject, moment)}"

    def is_valid(self, subject: str, signature: str, *, now: datetime) -> bool:
        """Tell whether the signature is ours, for this subject, and not expired."""
        moment, _, mac = signature.partition(".")
        try:
            expires = datetime.fromtimestamp(int(moment, 16), UTC)
        except (ValueError, OverflowError, OSError):
            return False
        expected = self._mac(subject, int(moment, 16))
        return hmac.compare_digest(expected.encode(), mac.encode()) and now < expires

    def _mac(self, subject: str, moment: int) -> str:
        # The number comes first and never holds a colon, so no two pairs give the same message.
        digest = hmac.digest(self._key, f"{moment}:{subject}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
