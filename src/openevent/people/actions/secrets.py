"""Mailed secrets: one that works at a time, for a while, once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from openevent.kit.access import Actor
from openevent.kit.tokens import new_token
from openevent.kit.work import UnitOfWork
from openevent.people.models import OneTimeToken, User
from openevent.people.rules import RESET_LASTS, SOCIAL_LASTS, VERIFY_LASTS

VERIFY = "verify"
RESET = "reset"
SOCIAL = "social"  # stands for the password of one sign-in, after a provider has vouched

_LASTS: dict[str, timedelta] = {VERIFY: VERIFY_LASTS, RESET: RESET_LASTS, SOCIAL: SOCIAL_LASTS}


def issue_secret(work: UnitOfWork, user: User, purpose: str, *, by: Actor) -> str:
    """Return a new secret for a mail to this account's address; older ones of the same purpose are void."""
    void_secrets(work, user.id, purpose)
    token, hashed = new_token()
    work.db.add(
        OneTimeToken(
            user_id=user.id,
            purpose=purpose,
            token_hash=hashed,
            address=user.email,
            created_at=work.now,
            expires_at=work.now + _LASTS[purpose],
        )
    )
    work.audit(f"user.{purpose}-mail", f"user:{user.id}", by=by)
    return token


def void_secrets(work: UnitOfWork, user_id: int, *purposes: str) -> None:
    """End the unused secrets of an account."""
    work.db.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose.in_(purposes),
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=work.now)
    )


def forget_old_secrets(work: UnitOfWork) -> None:
    """Remove secrets that can't be used any more."""
    work.db.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < work.now))
