"""Secrets that are given away once: made random, kept hashed."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_LENGTH = 43  # 256 bits in base64 without padding


def new_token() -> tuple[str, str]:
    """Return a random 256-bit token, URL-safe, and the hash that is stored in its place."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Return the stored form. The token is random, so a plain fast hash is enough (nothing to guess from)."""
    return hashlib.sha256(token.encode()).hexdigest()
