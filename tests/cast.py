"""Who plays: Ana organises, Bo buys, Chi speaks, Dee registers, Eve has no business here, Adm runs the installation."""

from __future__ import annotations

from factories import make_user
from openevent.kit.access import STAFF, SUPER, USER, Actor
from openevent.kit.work import UnitOfWork
from openevent.people.models import User


def ana(work: UnitOfWork) -> User:
    """The organizer, owner of events."""
    return make_user(work, email="ana@example.org", first_name="Ana", last_name="Ortiz")


def bo(work: UnitOfWork) -> User:
    """A buyer."""
    return make_user(work, email="bo@example.org", first_name="Bo", last_name="Lindqvist")


def chi(work: UnitOfWork) -> User:
    """A speaker."""
    return make_user(work, email="chi@example.org", first_name="Chi", last_name="Nguyễn")


def dee(work: UnitOfWork) -> User:
    """A registrar (give her the role with factories.give_role)."""
    return make_user(work, email="dee@example.org", first_name="Dee", last_name="Okafor")


def eve(work: UnitOfWork) -> User:
    """A stranger with an account."""
    return make_user(work, email="eve@example.org", first_name="Eve", last_name="Moss")


def adm(work: UnitOfWork) -> User:
    """An administrator of the installation."""
    return make_user(work, email="adm@example.org", first_name="Adm", is_admin=True, is_super_admin=True)


def actor(user: User) -> Actor:
    """Return who acts when this account does."""
    kind = SUPER if user.is_super_admin else STAFF if user.is_admin else USER
    return Actor(id=user.id, email=user.email, kind=kind, is_verified=user.is_verified, name=user.first_name or "")
