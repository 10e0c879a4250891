"""Questions about accounts, and who is behind a token or a cookie."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from openevent.kit.access import Actor
from openevent.kit.db import Reads
from openevent.kit.errors import Unauthenticated
from openevent.kit.jwt import Claims
from openevent.kit.lookups import Lookup
from openevent.kit.prepared import PreparedRead
from openevent.kit.tokens import token_hash
from openevent.kit.translations import spoken
from openevent.people.models import OneTimeToken, SignIn, User, UserPermission
from openevent.people.rules import FRESH_LASTS, display_name, is_void, kind_of, voided_at


class SignInEnded(Unauthenticated):
    """The token was good once: since then the account was blocked or deleted, or signed out everywhere."""

    code = "sign-in-ended"


class Account(Struct, frozen=True):
    """An account, as far as signing in is concerned."""

    id: int
    email: str
    password_hash: str
    kind: str
    is_verified: bool
    is_blocked: bool
    name: str
    tokens_valid_from: datetime | None
    spared_token: str | None
    last_accessed_at: datetime | None

    @property
    def since(self) -> float:
        """When all sign-ins so far were ended, as it was read with the password: those made of this say so."""
        return voided_at(self.tokens_valid_from)

    def actor(self, *, origin: str | None = None, is_fresh: bool = True, token: str | None = None) -> Actor:
        """Return this account as one who acts."""
        return Actor(
            id=self.id,
            email=self.email,
            kind=self.kind,
            is_verified=self.is_verified,
            name=self.name,
            origin=origin,
            is_fresh=is_fresh,
            token=token,
        )


_USERS = User.__table__.c
_SIGN_INS = SignIn.__table__.c
_COLUMNS = (
    _USERS.id,
    _USERS.email,
    _USERS.password_hash,
    _USERS.is_super_admin,
    _USERS.is_admin,
    _USERS.is_verified,
    _USERS.is_blocked,
    _USERS.public_name,
    _USERS.first_name,
    _USERS.last_name,
    _USERS.tokens_valid_from,
    _USERS.spared_token,
    _USERS.last_accessed_at,
)
_LIVE = _USERS.deleted_at.is_(None)

_BY_ID = Lookup(lambda: select(*_COLUMNS).where(_LIVE))
_BY_EMAIL = PreparedRead(lambda: select(*_COLUMNS).where(_USERS.email == bindparam("email"), _LIVE))
_REFRESHED = PreparedRead(lambda: select(_USERS.refresh_valid_from).where(_USERS.id == bindparam("user_id")))
_BY_COOKIE = PreparedRead(
    lambda: (
        select(*_COLUMNS, _SIGN_INS.created_at, _SIGN_INS.expires_at)
        .join_from(User.__table__, SignIn.__table__, _SIGN_INS.user_id == _USERS.id)
        .where(_SIGN_INS.token_hash == bindparam("token_hash"), _LIVE)
    )
)


def _account(row: tuple[Any, ...]) -> Account:
    id_, email, password_hash, is_super, is_admin, is_verified, is_blocked, *rest = row
    public, first, last, since, spared, seen = rest
    return Account(
        id=id_,
        email=email,
        password_hash=password_hash,
        kind=kind_of(is_super_admin=is_super, is_admin=is_admin),
        is_verified=is_verified,
        is_blocked=is_blocked,
        name=display_name(public, first, last),
        tokens_valid_from=since,
        spared_token=spared,
        last_accessed_at=seen,
    )


def account_by_token(reads: Reads, claims: Claims) -> Account:
    """Return the account behind a token in one indexed read; raises SignInEnded when it is void by now."""
    row = _BY_ID.row(reads, claims.identity)
    account = None if row is None else _account(row)
    if account is None or account.is_blocked:
        raise SignInEnded("This account can't be used.")
    is_over = is_void(claims.issued_at, account.tokens_valid_from) or claims.since not in (None, account.since)
    if is_over and claims.jti != account.spared_token:
        raise SignInEnded("The token has been revoked. Please sign in again.")
    return account


def check_refresh_token(reads: Reads, claims: Claims) -> None:
    """Raise SignInEnded for a refresh token from before the account's refresh tokens were voided."""
    rows = _REFRESHED.rows(reads, user_id=claims.identity)
    if not rows or is_void(claims.issued_at, rows[0][0]):  # no row: the account went a moment ago
        raise SignInEnded("The token has been revoked. Please sign in again.")


def account_by_cookie(reads: Reads, token: str, now: datetime) -> tuple[Account, bool] | None:
    """Return the account of a browser's sign-in, and whether the password was given not long ago."""
    rows = _BY_COOKIE.rows(reads, token_hash=token_hash(token))
    if not rows:
        return None
    *columns, created_at, expires_at = rows[0]
    account = _account(tuple(columns))
    if account.is_blocked or expires_at <= now:
        return None
    return account, now - created_at < FRESH_LASTS


def account_by_email(reads: Reads, email: str) -> Account | None:
    """Return the live account with this address (already clean)."""
    rows = _BY_EMAIL.rows(reads, email=email)
    return _account(rows[0]) if rows else None


def live_user(db: Session, *, id: int | None = None, email: str | None = None) -> User | None:  # noqa: A002 -- the column's name
    """Return the row of a live account, by id or by address, for an action to change."""
    found = select(User).where(User.deleted_at.is_(None), User.id == id if email is None else User.email == email)
    return db.scalar(found)


def is_permitted(db: Session, name: str, by: Actor) -> bool:
    """Tell whether an account may do this (people.rules.USER_PERMISSIONS): verified ones may, others as admins say."""
    if by.is_verified or by.is_staff:
        return True
    rule = UserPermission.name == name, UserPermission.unverified_user.is_(True), UserPermission.deleted_at.is_(None)
    return by.id is not None and db.scalar(select(UserPermission.id).where(*rule)) is not None


def is_email_taken(db: Session, email: str) -> bool:
    """Tell whether an account has this address, also one that was deleted."""
    return db.scalar(select(User.id).where(User.email == email)) is not None


def open_token(db: Session, token: str, purpose: str, now: datetime) -> tuple[OneTimeToken, User] | None:
    """Return a mailed token that still works, and its account, locked: of two who use it at once, one is late."""
    found = db.execute(_open_token(token, purpose, now).with_for_update(of=OneTimeToken)).first()
    return (found[0], found[1]) if found else None


def has_open_token(db: Session, token: str, purpose: str, now: datetime) -> bool:
    """Tell whether a mailed link still works, without using it up."""
    return db.execute(_open_token(token, purpose, now)).first() is not None


def _open_token(token: str, purpose: str, now: datetime) -> Select[OneTimeToken, User]:
    return (
        select(OneTimeToken, User)
        .join(User, User.id == OneTimeToken.user_id)
        .where(
            OneTimeToken.token_hash == token_hash(token),
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
            OneTimeToken.address == User.email,  # a changed address voids what was sent to the old one
            User.deleted_at.is_(None),
            User.is_blocked.is_(False),
        )
    )


class Profile(Struct, frozen=True):
    """What the account page shows."""

    id: int
    email: str
    first_name: str
    last_name: str
    public_name: str
    is_profile_public: bool
    is_verified: bool


def profile(db: Session, user_id: int) -> Profile | None:
    """Return the account page's values."""
    row = live_user(db, id=user_id)
    if row is None:
        return None
    return Profile(
        id=row.id,
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        public_name=row.public_name or "",
        is_profile_public=row.is_profile_public,
        is_verified=row.is_verified,
    )


def reading_language(db: Session, address: str, otherwise: str | None = None) -> str:
    """Return the language of whoever reads a mail: what the account with this address prefers, else another one."""
    prefers = db.scalar(select(User.language_prefrence).where(User.email == address, User.deleted_at.is_(None)))
    return spoken(prefers, otherwise)
