"""Sample accounts."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import select

from openevent.kit.access import STAFF, SUPER, SYSTEM, USER, Actor
from openevent.kit.work import UnitOfWork
from openevent.main.demo.reading import read, without
from openevent.people.actions import sign_up
from openevent.people.models import User

PASSWORD = "open-harbour-sample"  # noqa: S105 -- printed for everybody to read: these accounts are samples


class SignIn(Struct, frozen=True):
    """An account that a visitor of the sample installation may use."""

    email: str
    password: str
    what: str


class Somebody(Struct, frozen=True):
    """A sample account, and how it acts."""

    user: User
    actor: Actor


People = Mapping[str, Somebody]  # by the keys of people.toml


def sign_ins() -> tuple[SignIn, ...]:
    """Return the accounts to print."""
    shown = [entry for entry in read("people")["account"] if "shown" in entry]
    return tuple(SignIn(entry["email"], PASSWORD, entry["shown"]) for entry in shown)


def is_loaded(work: UnitOfWork) -> bool:
    """Tell whether the sample data have been loaded before: one of their accounts is there."""
    emails = [entry["email"] for entry in read("people")["account"]]
    return work.db.scalar(select(User.id).where(User.email.in_(emails)).limit(1)) is not None


def make_accounts(work: UnitOfWork) -> People:
    """Make the sample accounts, their addresses verified."""
    found: dict[str, Somebody] = {}
    for entry in read("people")["account"]:
        values = without(entry, "key", "shown", "role")
        user = sign_up(work, {**values, "password": PASSWORD, "is_verified": True}, by=SYSTEM)
        found[entry["key"]] = Somebody(user, _actor(user))
    return found


def _actor(user: User) -> Actor:
    kind = SUPER if user.is_super_admin else STAFF if user.is_admin else USER
    return Actor(id=user.id, email=user.email, kind=kind, is_verified=user.is_verified, name=user.first_name or "")
