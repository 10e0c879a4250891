"""Passwords: kept as Argon2id hashes, checked with the same work whether or not there is an account."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Password Storage Cheat Sheet, Argon2id: 19 MiB and two passes. Four threads at once stay under 80 MB.
_MEMORY, _PASSES, _LANES = 19_456, 2, 1
_HASHER = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY, parallelism=_LANES)
# Well-formed, with the parameters above, of no password: checking against it costs what a real check costs.
_DECOY = f"$argon2id$v=19$m={_MEMORY},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"


def hash_password(password: str) -> str:
    """Return what is stored in place of a password."""
    return _HASHER.hash(_bytes(password))


def is_password(password: str, stored: str | None) -> bool:
    """Tell whether it is the password; with nothing stored (no such account) work as long, and say no."""
    try:
        return _HASHER.verify(stored or _DECOY, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Tell whether a stored hash was made with other parameters than today's and should be made anew."""
    return _HASHER.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    # The same characters may be typed in several ways (é as one or as two); half a surrogate is nobody's password,
    # but it must not be an error either.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
