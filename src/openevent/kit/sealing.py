"""Secrets in the database, unreadable without the installation's own key: AES-256-GCM."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openevent.kit.errors import Unavailable

_NONCE_BYTES = 12  # NIST SP 800-38D, section 5.2.1.1


class Sealer(Protocol):
    """Seals secrets before they are stored. `place` says what they are for, and is needed to open them again."""

    def seal(self, secret: bytes, place: str) -> str:
        """Return the sealed secret as text."""
        ...

    def unseal(self, text: str, place: str) -> bytes:
        """Return the secret; raises Unavailable when it was sealed with another key, or for another place."""
        ...


class AesSealer:
    """Seals with a key of its own, derived from the installation's secret."""

    def __init__(self, secret: str, purpose: str = "openevent.sealing") -> None:
        self._cipher = AESGCM(hmac.digest(secret.encode(), purpose.encode(), "sha256"))

    def seal(self, secret: bytes, place: str) -> str:
        """Return the sealed secret as text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret, place.encode())).decode()

    def unseal(self, text: str, place: str) -> bytes:
        """Return the secret; raises Unavailable when it was sealed with another key, or for another place."""
        data = base64.b64decode(text)
        try:
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise Unavailable("A stored secret can't be opened: the installation has another secret key now.") from None
