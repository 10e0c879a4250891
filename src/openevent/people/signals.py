"""What people announce."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UserSignedUp:
    """There is a new account, its address not verified yet."""

    user_id: int


@dataclass(frozen=True, slots=True)
class VerificationRequested:
    """Somebody wants the verification mail again. Whether there is such an account is not known yet."""

    email: str


@dataclass(frozen=True, slots=True)
class PasswordResetRequested:
    """Somebody forgot the password of this address. Whether there is such an account is not known yet.

    The look-up waits for the job, so an unknown address costs the request exactly what a known one does.
    """

    email: str


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has another password, and whoever was signed in is not any more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class EmailChanged:
    """An account has another address, which is not verified yet."""

    user_id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AccountClosing:
    """An account is about to be deleted. Upper domains react NOW and may raise Forbidden to prevent it."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AvatarChanged:
    """An account shows another picture, or none."""

    user_id: int
    url: str | None
