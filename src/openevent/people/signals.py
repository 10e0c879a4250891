"""What people announce."""

from __future__ import annotations

from msgspec import Struct


class UserSignedUp(Struct, frozen=True):
    """There is a new account, its address not verified yet."""

    user_id: int


class VerificationRequested(Struct, frozen=True):
    """Somebody wants the verification mail again. Whether there is such an account is not known yet."""

    email: str


class PasswordResetRequested(Struct, frozen=True):
    """Somebody forgot the password of this address. Whether there is such an account is not known yet.

    The look-up waits for the job, so an unknown address costs the request exactly what a known one does.
    """

    email: str


class PasswordChanged(Struct, frozen=True):
    """An account has another password, and whoever was signed in is not any more."""

    user_id: int


class EmailChanged(Struct, frozen=True):
    """An account has another address, which is not verified yet."""

    user_id: int
    old: str
    new: str


class AccountClosing(Struct, frozen=True):
    """An account is about to be deleted. Upper domains react NOW and may raise Forbidden to prevent it."""

    user_id: int


class AvatarChanged(Struct, frozen=True):
    """An account shows another picture, or none."""

    user_id: int
    url: str | None
