"""The verbs of accounts: sign up, change, delete, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from openevent.kit.access import SUPER, SYSTEM, Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, Unauthenticated
from openevent.kit.passwords import hash_password
from openevent.kit.work import UnitOfWork
from openevent.people.actions.credentials import confirm_password, require_fresh, set_password
from openevent.people.actions.pictures import follow_avatar
from openevent.people.actions.secrets import RESET, SOCIAL, VERIFY, void_secrets
from openevent.people.actions.sign_ins import open_sign_in, void_sign_ins
from openevent.people.actions.social import forget_identities
from openevent.people.models import User
from openevent.people.queries import is_email_taken, live_user
from openevent.people.rules import (
    MARKS,
    clean_email,
    deleted_email,
    forbidden_marks,
    password_problem,
    restored_email,
)
from openevent.people.signals import AccountClosing, EmailChanged, UserSignedUp

_EMAIL_POINTER = "/data/attributes/email"


class EmailTaken(Conflict):
    """Another account has this address."""

    code = "email-taken"

    def __init__(self) -> None:
        super().__init__("Email already exists", pointer=_EMAIL_POINTER)


def sign_up(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> User:
    """Make an account; raises Invalid or EmailTaken. A verification mail follows."""
    work.services.limiter.hit(f"sign-up:{by.origin}", times=100, seconds=3600)
    for name in forbidden_marks(values, {}, by.kind):
        raise Invalid("Nobody can give this to himself.", pointer=_pointer(name))
    user = _insert(work, values)
    work.audit("user.sign-up", f"user:{user.id}", by=by)
    work.announce(UserSignedUp(user.id))
    return user


def sign_up_in_browser(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> str:
    """Make an account and return a cookie's token for the browser in which it was made."""
    user = sign_up(work, values, by=by)
    return open_sign_in(work, user.id, by=by)


def _insert(work: UnitOfWork, values: Mapping[str, Any]) -> User:
    others = {name: value for name, value in values.items() if name not in {"email", "password"}}
    user = User(
        **_plain(others),
        email=_address(values.get("email")),
        password_hash=_new_hash(values.get("password")),
        created_at=work.now,
    )
    work.db.add(user)
    _flush(work)
    if user.avatar_url:
        follow_avatar(work, user)
    return user


def _flush(work: UnitOfWork) -> None:
    # The database decides who was first: of two at once, one gets here.
    try:
        work.db.flush()
    except IntegrityError:
        raise EmailTaken from None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bool(value) if name in MARKS else value for name, value in values.items()}


def _address(text: object) -> str:
    email = clean_email(text) if isinstance(text, str) else None
    if email is None:
        raise Invalid("Not a valid email address.", pointer=_EMAIL_POINTER)
    return email


def _new_hash(password: object) -> str:
    problem = password_problem(password) if isinstance(password, str) else "Missing data for required field."
    if problem or not isinstance(password, str):
        raise Invalid(problem or "", pointer=_pointer("password"))
    return hash_password(password)


def _pointer(name: str) -> str:
    return f"/data/attributes/{name.replace('_', '-')}"


def update_profile(work: UnitOfWork, user: User, values: Mapping[str, Any], *, by: Actor) -> User:
    """Change an account's attributes; `values` hold only what was sent. Raises Forbidden, Invalid or EmailTaken.

    Clients send the whole record back, so a mark or an address that is what it was already is no change.
    """
    _refuse(user, values, by)
    changed = _assign(user, values)
    if values.get("email") is not None:
        _change_email(work, user, values["email"], by)
    if values.get("password") is not None:
        _replace_password(work, user, values["password"], by)
    if "avatar_url" in changed:
        follow_avatar(work, user)
    _flush(work)
    if user.is_blocked and "is_blocked" in changed:
        void_sign_ins(work, user.id)
    work.audit("user.update", f"user:{user.id}", by=by, changed=changed)
    return user


def _replace_password(work: UnitOfWork, user: User, password: str, by: Actor) -> None:
    require_fresh(by)
    problem = password_problem(password)
    if problem:
        raise Invalid(problem, pointer=_pointer("password"))
    set_password(work, user, password, spared=by.token if by.id == user.id else None)
    work.audit("user.change-password", f"user:{user.id}", by=by)


def _refuse(user: User, values: Mapping[str, Any], by: Actor) -> None:
    for name in forbidden_marks(values, {mark: getattr(user, mark) for mark in MARKS}, by.kind):
        raise Forbidden("You may not change this.", pointer=_pointer(name))


def _assign(user: User, values: Mapping[str, Any]) -> list[str]:
    others = {name: value for name, value in values.items() if name not in {"email", "password"}}
    changed = {name: value for name, value in _plain(others).items() if getattr(user, name) != value}
    for name, value in changed.items():
        setattr(user, name, value)
    return sorted(changed)


def update_own_profile(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> User:
    """Change attributes of the caller's own account."""
    user = live_user(work.db, id=by.id)
    if user is None:
        raise Unauthenticated("Please sign in first.")
    return update_profile(work, user, values, by=by)


def change_email(work: UnitOfWork, email: str, password: str, *, by: Actor) -> User:
    """Change the caller's own address, with the password as proof."""
    user = confirm_password(work, password, by=by)
    _change_email(work, user, email, replace(by, is_fresh=True))
    work.audit("user.update", f"user:{user.id}", by=by, changed=["email"])
    return user


def _change_email(work: UnitOfWork, user: User, text: str, by: Actor) -> None:
    email, old = _address(text), user.email
    if email == old:
        return
    require_fresh(by)
    if is_email_taken(work.db, email):
        raise EmailTaken
    user.email = email
    user.is_verified = False
    _flush(work)
    void_secrets(work, user.id, VERIFY, RESET)
    work.announce(EmailChanged(user.id, old=old, new=email))


def restore_account(work: UnitOfWork, user: User, *, by: Actor) -> User:
    """Bring a deleted account back under its address; raises EmailTaken when somebody else has that by now."""
    user.deleted_at = None
    user.email = restored_email(user.email)
    _flush(work)
    work.audit("user.restore", f"user:{user.id}", by=by)
    return user


def delete_account(work: UnitOfWork, user: User, *, by: Actor, permanent: bool = False) -> None:
    """Delete an account, unless another domain has a reason against it (events, orders); raises Forbidden.

    The address is free for a new account afterwards. Removing the row itself is for super admins.
    """
    if user.is_super_admin:
        raise Forbidden("A super admin's account can't be deleted.")
    if permanent and by.kind != SUPER:
        raise Forbidden("Only a super admin may remove an account for good.")
    work.announce(AccountClosing(user.id))
    void_sign_ins(work, user.id)
    void_secrets(work, user.id, VERIFY, RESET, SOCIAL)
    forget_identities(work, user.id)
    if permanent:
        work.db.delete(user)
    else:
        _hide(work, user)
    work.audit("user.delete", f"user:{user.id}", by=by, permanent=permanent)


def _hide(work: UnitOfWork, user: User) -> None:
    attempt = 1
    while is_email_taken(work.db, deleted_email(user.email, attempt)):
        attempt += 1
    user.email = deleted_email(user.email, attempt)
    user.deleted_at = work.now
    _flush(work)


def delete_own_account(work: UnitOfWork, password: str, *, by: Actor) -> None:
    """Delete the caller's account, with the password as proof."""
    delete_account(work, confirm_password(work, password, by=by), by=by)


def create_admin(work: UnitOfWork, email: str, password: str, *, by: Actor = SYSTEM) -> User:
    """Make a super admin, or make one of an account that is there (its password is replaced)."""
    address = _address(email)
    user = live_user(work.db, email=address) or User(email=address, created_at=work.now)
    user.password_hash = _new_hash(password)
    user.is_super_admin = user.is_admin = user.is_verified = True
    user.is_blocked = False
    work.db.add(user)
    _flush(work)
    void_sign_ins(work, user.id)
    work.audit("user.create-admin", f"user:{user.id}", by=by)
    return user
