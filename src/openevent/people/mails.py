"""The mails of people. Secrets are made here, when the mail is written: none waits in a job's payload."""

from __future__ import annotations

from typing import Any

from openevent.kit import mail
from openevent.kit.access import SYSTEM
from openevent.kit.work import UnitOfWork
from openevent.people.actions import RESET, VERIFY, issue_secret
from openevent.people.models import User
from openevent.people.queries import live_user
from openevent.people.rules import display_name
from openevent.people.signals import (
    EmailChanged,
    PasswordChanged,
    PasswordResetRequested,
    UserSignedUp,
    VerificationRequested,
)


def verification(work: UnitOfWork, signal: UserSignedUp) -> None:
    """Welcome somebody, and ask to verify the address."""
    _verification(work, live_user(work.db, id=signal.user_id), "people/welcome")


def verification_again(work: UnitOfWork, signal: VerificationRequested) -> None:
    """Ask once more to verify the address, if an account with it waits for that."""
    _verification(work, live_user(work.db, email=signal.email), "people/verification")


def _verification(work: UnitOfWork, user: User | None, template: str) -> None:
    if user is not None and not user.is_verified:
        _send(work, user, template, link=_link(work, user, VERIFY, "/verify"))


def reset(work: UnitOfWork, signal: PasswordResetRequested) -> None:
    """Mail a link to set a new password, if there is such an account."""
    user = live_user(work.db, email=signal.email)
    if user is not None and not user.is_blocked:
        template = "people/reset-verify" if user.was_registered_with_order else "people/reset"
        _send(work, user, template, link=_link(work, user, RESET, "/reset-password"))


def password_changed(work: UnitOfWork, signal: PasswordChanged) -> None:
    """Tell the owner, who may not have been the one."""
    user = live_user(work.db, id=signal.user_id)
    if user is not None:
        _send(work, user, "people/password-changed", link=work.site.page("/reset-password"))


def email_changed(work: UnitOfWork, signal: EmailChanged) -> None:
    """Tell the old address, and ask to verify the new one unless that has changed again."""
    user = live_user(work.db, id=signal.user_id)
    if user is None:
        return
    values = {"name": _name(user), "new": signal.new}
    work.send(mail.render("people/email-changed", values, work.site).to(signal.old))
    if user.email == signal.new:
        _verification(work, user, "people/verification")


def _link(work: UnitOfWork, user: User, purpose: str, path: str) -> str:
    return work.site.page(f"{path}?token={issue_secret(work, user, purpose, by=SYSTEM)}")


def _send(work: UnitOfWork, user: User, template: str, **values: Any) -> None:  # noqa: ANN401 -- what the template asks for
    letter = mail.render(template, {"name": _name(user), "email": user.email, **values}, work.site)
    work.send(letter.to(user.email))


def _name(user: User) -> str:
    return display_name(user.public_name, user.first_name, user.last_name)
