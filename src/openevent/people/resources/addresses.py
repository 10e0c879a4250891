"""Other addresses of an account (v1 reference 5.10)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from openevent.jsonapi.declare import Attribute, BelongsTo, Change, NamedList, Resource
from openevent.kit.access import Actor, Row
from openevent.kit.work import UnitOfWork
from openevent.people import actions
from openevent.people.models import UserEmail
from openevent.people.permissions import ONESELF
from openevent.people.rules import EMAIL_TYPES


def _create(work: UnitOfWork, change: Change, by: Actor) -> UserEmail:
    return actions.add_address(work, {**change.values, "user_id": change.links["user"]}, by=by)


def _update(work: UnitOfWork, change: Change, by: Actor) -> UserEmail:
    return actions.change_address(work, change.row, change.values, by=by)


def _everything(_row: Row) -> ColumnElement[bool]:
    return true()


USER_EMAILS = Resource(
    type="user-email",
    model=UserEmail,
    attributes=(
        Attribute("email-address", kind="email", required=True, nullable=False, clean=str.lower),
        Attribute("type", choices=EMAIL_TYPES, required=True, nullable=False),
        Attribute("user-id", read_only=True),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo(
            "user",
            type="user",
            required=True,
            related="/v1/alternate-emails/<id>/user",
            inverse="alternate-emails",
            inverse_readable_by=ONESELF,
        ),
    ),
    collection=False,
    lists=(NamedList("all", where=_everything, path="/v1/admin/user-emails"),),
    verbs={"create": _create, "update": _update},
)
