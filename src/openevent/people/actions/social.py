"""Signing in with an account elsewhere."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import delete, select

from openevent.kit.access import Actor
from openevent.kit.errors import Invalid
from openevent.kit.work import UnitOfWork
from openevent.people.actions.secrets import RESET, SOCIAL, VERIFY, issue_secret, void_secrets
from openevent.people.actions.sign_ins import AccountBlocked, void_sign_ins
from openevent.people.models import Identity, User
from openevent.people.providers import Person
from openevent.people.queries import live_user
from openevent.people.rules import clean_email
from openevent.people.signals import UserSignedUp

NO_PASSWORD = ""  # fits no password, and takes as long to say so; whoever has none asks for a reset
_LONGEST_SUBJECT = 255


class SocialSignIn(Struct, frozen=True):
    """Who is signed in, and a secret that stands for the password, once and for a few minutes."""

    user: User
    secret: str


def sign_in_with(work: UnitOfWork, provider: str, person: Person, *, by: Actor) -> SocialSignIn:
    """Find the account of whom a provider vouches for, or make one; raises AccountBlocked or Invalid.

    An account with the same address that nobody has verified may be somebody else's trap: it is handed to whom the
    provider vouches for, without its password and sign-ins.
    """
    user = _known(work, provider, person) or _joined(work, provider, person, by)
    if user.is_blocked:
        raise AccountBlocked("This account is blocked. Please write to the people who run this site.")
    if provider == "facebook" and user.facebook_id is None and person.subject.isdigit():
        user.facebook_id = int(person.subject)
    work.db.flush()
    work.audit("user.sign-in-with", f"user:{user.id}", by=by, provider=provider)
    return SocialSignIn(user, issue_secret(work, user, SOCIAL, by=by))


def _known(work: UnitOfWork, provider: str, person: Person) -> User | None:
    mine = Identity.provider == provider, Identity.subject == person.subject[:_LONGEST_SUBJECT]
    return live_user(work.db, id=work.db.scalar(select(Identity.user_id).where(*mine)))


def _joined(work: UnitOfWork, provider: str, person: Person, by: Actor) -> User:
    email = clean_email(person.email or "")
    if email is None:
        raise Invalid("The provider tells no verified e-mail address. Please sign up with your address.")
    user = live_user(work.db, email=email)
    if user is None:
        user = _made(work, email, person, by)
    elif not user.is_verified:
        _hand_over(work, user, by)
    subject = person.subject[:_LONGEST_SUBJECT]
    work.db.add(Identity(user_id=user.id, provider=provider, subject=subject, created_at=work.now))
    return user


def _made(work: UnitOfWork, email: str, person: Person, by: Actor) -> User:
    user = User(
        email=email,
        password_hash=NO_PASSWORD,
        is_verified=True,
        first_name=person.first_name,
        last_name=person.last_name,
        avatar_url=person.picture,
        created_at=work.now,
    )
    work.db.add(user)
    work.db.flush()
    work.audit("user.sign-up", f"user:{user.id}", by=by)
    work.announce(UserSignedUp(user.id))
    return user


def _hand_over(work: UnitOfWork, user: User, by: Actor) -> None:
    user.password_hash, user.is_verified = NO_PASSWORD, True
    work.db.flush()
    void_sign_ins(work, user.id)
    void_secrets(work, user.id, VERIFY, RESET, SOCIAL)
    forget_identities(work, user.id)
    work.audit("user.hand-over", f"user:{user.id}", by=by)


def forget_identities(work: UnitOfWork, user_id: int) -> None:
    """Let an account be signed in with from elsewhere no more."""
    work.db.execute(delete(Identity).where(Identity.user_id == user_id))
