"""The verbs of passwords and addresses: reset, change, verify."""

from __future__ import annotations

from msgspec.structs import replace

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid, Malformed, NotFound, Unauthenticated
from openevent.kit.passwords import hash_password, is_password
from openevent.kit.work import UnitOfWork
from openevent.people.actions.secrets import RESET, VERIFY, void_secrets
from openevent.people.actions.sign_ins import limit_attempts, open_sign_in, void_sign_ins
from openevent.people.models import User
from openevent.people.queries import live_user, open_token
from openevent.people.rules import clean_email, password_problem
from openevent.people.signals import PasswordChanged, PasswordResetRequested, VerificationRequested


class FreshSignInRequired(Unauthenticated):
    """Something delicate: the password has to be given again."""

    code = "fresh-sign-in-required"


class LinkSpent(NotFound):
    """A mailed link that never was, was used, was replaced by a newer one, or is too old."""

    code = "link-spent"


def request_password_reset(work: UnitOfWork, email: str, *, by: Actor) -> None:
    """Ask for a mail with a reset link. Nothing here depends on whether there is such an account."""
    address = clean_email(email)
    work.services.limiter.hit(f"reset-from:{by.origin}", times=1, seconds=60)
    work.services.limiter.hit(f"reset:{address or email}", times=3, seconds=3600)
    if address:
        work.announce(PasswordResetRequested(address))


def request_verification(work: UnitOfWork, email: str, *, by: Actor) -> None:
    """Ask for the verification mail again, under the same rules."""
    address = clean_email(email)
    work.services.limiter.hit(f"verify-from:{by.origin}", times=10, seconds=3600)
    work.services.limiter.hit(f"verify:{address or email}", times=3, seconds=3600)
    if address:
        work.announce(VerificationRequested(address))


def reset_password(work: UnitOfWork, token: str, password: str, *, by: Actor) -> User:
    """Set a new password with a mailed secret; raises LinkSpent or Invalid. The address counts as verified."""
    problem = password_problem(password)
    if problem:
        raise Invalid(problem, pointer="/data/password")
    user = _use(work, token, RESET)
    user.is_verified = True
    set_password(work, user, password)
    work.audit("user.reset-password", f"user:{user.id}", by=by)
    return user


def verify_email(work: UnitOfWork, token: str, *, by: Actor) -> User:
    """Mark an address as verified with a mailed secret; raises LinkSpent."""
    user = _use(work, token, VERIFY)
    user.is_verified = True
    work.audit("user.verify-email", f"user:{user.id}", by=by)
    return user


def confirm_address(work: UnitOfWork, user: User, *, by: Actor) -> None:
    """Mark an address as verified because a secret that was mailed to it came back in another way."""
    if not user.is_verified:
        user.is_verified = True
        work.audit("user.verify-email", f"user:{user.id}", by=by)


def _use(work: UnitOfWork, token: str, purpose: str) -> User:
    found = open_token(work.db, token, purpose, work.now)
    if found is None:
        raise LinkSpent("This link doesn't work any more.")
    secret, user = found
    secret.used_at = work.now
    return user


def change_password(work: UnitOfWork, old: str, new: str, *, by: Actor) -> User:
    """Replace the caller's password. All sign-ins end, but for the token that asked for it."""
    require_fresh(by)
    user = confirm_password(work, old, by=by)
    if old == new:
        raise Malformed("The new password is the old one.", pointer="/data/new-password")
    problem = password_problem(new)
    if problem:
        raise Malformed(problem, pointer="/data/new-password")
    set_password(work, user, new, spared=by.token)
    work.audit("user.change-password", f"user:{user.id}", by=by)
    return user


def change_password_in_browser(work: UnitOfWork, old: str, new: str, *, by: Actor) -> str:
    """Replace the caller's password; return a cookie's token for the browser in which it was done."""
    user = change_password(work, old, new, by=replace(by, is_fresh=True))  # the old password is asked for right here
    return open_sign_in(work, user.id, by=by)


def confirm_password(work: UnitOfWork, password: str, *, by: Actor) -> User:
    """Return the caller's own row when this is the password; raises Malformed when it is not."""
    limit_attempts(work.services.limiter, by.email or "", by.origin)
    user = live_user(work.db, id=by.id)
    if user is None:
        raise Unauthenticated("Please sign in first.")
    if not is_password(password, user.password_hash):
        raise Malformed("Wrong Password. Please enter correct current password.")
    return user


def set_password(work: UnitOfWork, user: User, password: str, *, spared: str | None = None) -> None:
    """Give an account another password and end its sign-ins, but for the token `spared` (its jti); a mail tells."""
    user.password_hash = hash_password(password)
    work.db.flush()
    void_sign_ins(work, user.id, but=spared)
    void_secrets(work, user.id, RESET)
    work.announce(PasswordChanged(user.id))


def require_fresh(by: Actor) -> None:
    """Raise FreshSignInRequired unless the caller gave the password not long ago."""
    if not by.is_fresh:
        raise FreshSignInRequired("Please sign in with your password again.")
