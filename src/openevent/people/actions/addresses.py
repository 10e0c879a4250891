"""The verbs of an account's other addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openevent.kit.access import Actor
from openevent.kit.errors import Conflict
from openevent.kit.work import UnitOfWork
from openevent.people.models import User, UserEmail


class AddressTaken(Conflict):
    """Somebody has this address already."""

    code = "address-taken"


def add_address(work: UnitOfWork, values: Mapping[str, Any], *, by: Actor) -> UserEmail:
    """Give an account another address; raises AddressTaken. `values` are its columns, user_id among them."""
    row = UserEmail(**values)
    _require_free(work, row)
    work.db.add(row)
    work.db.flush()
    work.audit("user-email.create", f"user:{row.user_id}", by=by)
    return row


def change_address(work: UnitOfWork, row: UserEmail, values: Mapping[str, Any], *, by: Actor) -> UserEmail:
    """Change another address of an account; raises AddressTaken."""
    for name, value in values.items():
        setattr(row, name, value)
    _require_free(work, row)
    work.audit("user-email.update", f"user:{row.user_id}", by=by, changed=sorted(values))
    return row


def _require_free(work: UnitOfWork, row: UserEmail) -> None:
    """Refuse what somebody signs in with, or has as another address; the index decides between two at once."""
    with work.db.no_autoflush:
        signs_in = select(User.id).where(User.email == row.email_address, User.id != row.user_id)
        other = select(UserEmail.id).where(
            UserEmail.email_address == row.email_address, UserEmail.deleted_at.is_(None), UserEmail.id != (row.id or 0)
        )
        if work.db.scalar(signs_in) is not None or work.db.scalar(other) is not None:
            raise AddressTaken("Email already exists", pointer="/data/attributes/email-address")
