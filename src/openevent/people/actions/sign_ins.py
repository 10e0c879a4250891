"""The verbs of signing in and out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update

from openevent.kit.access import Actor
from openevent.kit.db import Reads
from openevent.kit.errors import Unauthenticated
from openevent.kit.passwords import hash_password, is_outdated, is_password
from openevent.kit.services import Limiter
from openevent.kit.tokens import TOKEN_LENGTH, new_token, token_hash
from openevent.kit.work import OpenWork, UnitOfWork
from openevent.people.actions.secrets import SOCIAL
from openevent.people.models import SignIn, User
from openevent.people.queries import Account, account_by_email, open_token
from openevent.people.rules import ACCESS_NOTED_EVERY, SIGN_IN_LASTS, clean_email, voided_at


class WrongCredentials(Unauthenticated):
    """No such account, or not its password: which of the two is nobody's business."""

    code = "wrong-credentials"


class AccountBlocked(Unauthenticated):
    """The password is right, and the account may not be used."""

    code = "account-blocked"


def sign_in(reads: Reads, open_work: OpenWork, email: str, password: str, *, origin: str | None) -> Account:
    """Return the account that these are the credentials of; raises WrongCredentials or AccountBlocked.

    The slow check runs outside of any transaction: on SQLite it would hold up every writer.
    """
    address = clean_email(email)
    with open_work() as work:  # only for the limiter, which counts in a transaction of its own
        limit_attempts(work.services.limiter, address or email, origin)
    account = account_by_email(reads, address) if address else None
    is_its = is_password(password, account.password_hash if account else None)
    if account is None or not (is_its or _use_once(open_work, address, password)):
        raise WrongCredentials("Invalid Credentials")
    if account.is_blocked:
        raise AccountBlocked("This account is blocked. Please write to the people who run this site.")
    if is_its and is_outdated(account.password_hash):
        with open_work() as work:
            _renew_hash(work, account, password)
    return account


def _use_once(open_work: OpenWork, address: str | None, secret: str) -> bool:
    """Use up the secret that a sign-in with a provider gave; only what looks like one is looked for."""
    if len(secret) != TOKEN_LENGTH:
        return False
    with open_work() as work:
        found = open_token(work.db, secret, SOCIAL, work.now)
        if found is None or found[1].email != address:
            return False
        found[0].used_at = work.now
    return True


def is_own_password(reads: Reads, open_work: OpenWork, password: str, *, by: Actor) -> bool:
    """Tell whether this is the caller's password; counted like a sign-in, so a stolen token can't guess for ever."""
    with open_work() as work:
        limit_attempts(work.services.limiter, by.email or "", by.origin)
    account = account_by_email(reads, by.email or "")
    return is_password(password, account.password_hash if account else None)


def limit_attempts(limiter: Limiter, email: str, origin: str | None) -> None:
    """Count one guess at a password.

    The narrow limit is for one account from one address, so nobody can lock another person out from elsewhere. The
    wide one is for an address that tries many accounts; a whole conference may share it.
    """
    limiter.hit(f"sign-in-from:{origin}", times=300, seconds=300)
    limiter.hit(f"sign-in:{origin}:{email}", times=20, seconds=600)


def _renew_hash(work: UnitOfWork, account: Account, password: str) -> None:
    # Only if it is still the hash that was checked: the password may have been changed meanwhile.
    work.db.execute(
        update(User)
        .where(User.id == account.id, User.password_hash == account.password_hash)
        .values(password_hash=hash_password(password))
    )


def open_sign_in(
    work: UnitOfWork, user_id: int, *, by: Actor, instead_of: str | None = None, since: float | None = None
) -> str:
    """Let a browser stay signed in; return the token for its cookie, always a new one. The one it had is over.

    `since`: of the account whose password was checked. Raises WrongCredentials when all its sign-ins were ended
    meanwhile: the password that was given may be the old one.
    """
    if since is not None and since != _voided_at(work, user_id):
        raise WrongCredentials("Invalid Credentials")
    if instead_of:
        close_sign_in(work, instead_of, by=by)
    token, hashed = new_token()
    work.db.add(SignIn(user_id=user_id, token_hash=hashed, created_at=work.now, expires_at=work.now + SIGN_IN_LASTS))
    work.audit("user.sign-in", f"user:{user_id}", by=by)
    return token


def _voided_at(work: UnitOfWork, user_id: int) -> float:
    """Return when the sign-ins of an account were ended last; who is about to end them waits for us, or we for him."""
    found = select(User.tokens_valid_from).where(User.id == user_id).with_for_update(key_share=True)
    return voided_at(work.db.scalar(found))


def close_sign_in(work: UnitOfWork, token: str, *, by: Actor) -> None:
    """End a browser's sign-in; one that is over already is fine."""
    ended = work.db.scalar(delete(SignIn).where(SignIn.token_hash == token_hash(token)).returning(SignIn.user_id))
    if ended is not None:
        work.audit("user.sign-out", f"user:{ended}", by=by)


def void_refresh_tokens(work: UnitOfWork, user_id: int, *, by: Actor) -> None:
    """Let nobody stay signed in for longer than an access token lasts: void refresh tokens, end browser sign-ins."""
    work.db.execute(delete(SignIn).where(SignIn.user_id == user_id))
    work.db.execute(update(User).where(User.id == user_id).values(refresh_valid_from=work.now))
    work.audit("user.void-refresh-tokens", f"user:{user_id}", by=by)


def void_sign_ins(work: UnitOfWork, user_id: int, *, but: str | None = None) -> None:
    """End what an account is signed in with; `but` is the jti of the one token that may stay."""
    work.db.execute(delete(SignIn).where(SignIn.user_id == user_id))
    work.db.execute(update(User).where(User.id == user_id).values(tokens_valid_from=work.now, spared_token=but))


def note_access(work: UnitOfWork, user_ids: Sequence[int]) -> None:
    """Write down that these were here, at most once an hour each."""
    due = or_(User.last_accessed_at.is_(None), User.last_accessed_at <= work.now - ACCESS_NOTED_EVERY)
    work.db.execute(update(User).where(User.id.in_(user_ids), due).values(last_accessed_at=work.now))


def forget_old_sign_ins(work: UnitOfWork) -> None:
    """Remove browser sign-ins that are over."""
    work.db.execute(delete(SignIn).where(SignIn.expires_at < work.now))
