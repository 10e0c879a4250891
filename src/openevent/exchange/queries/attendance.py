"""Who follows a group, and who was scanned at the door, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, select
from sqlalchemy.orm import Session as Db

from openevent.door.models import UserCheckIn
from openevent.events.models import Event, Group, UserFollowGroup, UsersGroupsRole
from openevent.events.roles import REGISTRAR
from openevent.exchange.queries.sheets import Sheet, moment
from openevent.kit.access import USER
from openevent.orders.models import Attendee, Order
from openevent.people.models import User

_FOLLOWERS = ["Public Name", "Email", "Group Join Date", "Group Role"]
_SCANS = ["Ticket Id", "Date Time", "Track Name", "Session Name", "Speaker Name", "Type"]


def live_group(db: Db, group_id: object) -> Group | None:
    """Find a group that was not deleted."""
    return db.scalar(select(Group).where(Group.id == group_id, Group.deleted_at.is_(None)))


def followers(db: Db, group: Group) -> Sheet:
    """Return who follows a group, since when, and what part they have in it."""
    held = and_(
        UsersGroupsRole.group_id == UserFollowGroup.group_id,
        UsersGroupsRole.user_id == UserFollowGroup.user_id,
        UsersGroupsRole.accepted,
    )
    statement = (
        select(UserFollowGroup, User, UsersGroupsRole.role_name)
        .join(User, User.id == UserFollowGroup.user_id)
        .outerjoin(UsersGroupsRole, held)
        .where(UserFollowGroup.group_id == group.id, User.deleted_at.is_(None))
        .order_by(UserFollowGroup.created_at, UserFollowGroup.id, UsersGroupsRole.id)
    )
    found: dict[int, list[object]] = {}  # whoever has two roles is one follower still
    for follow, user, role in db.execute(statement):
        line: list[object] = [_public_name(user), user.email, moment(follow.created_at), (role or "follower").title()]
        found.setdefault(follow.id, line)
    return Sheet(f"{group.name}: followers", _FOLLOWERS, list(found.values()))


def _public_name(user: User) -> str:
    return user.public_name or " ".join(part for part in (user.first_name, user.last_name) if part)


def scans(db: Db, wanted: Mapping[str, Any]) -> Sheet:
    """Return the scans of the events that somebody (`user`; None for an admin: of all events) checks people in for.

    `session`, `date`, `track` and `kinds` narrow them down.
    """
    user: int | None = wanted["user"]
    statement = (
        select(UserCheckIn, Attendee.identifier, Order.identifier, Event.timezone)
        .join(Attendee, Attendee.id == UserCheckIn.ticket_holder_id)
        .outerjoin(Order, Order.id == Attendee.order_id)
        .join(Event, Event.id == UserCheckIn.event_id)
        .where(Event.deleted_at.is_(None), *_conditions(wanted))
        .order_by(UserCheckIn.created_at, UserCheckIn.id)
    )
    if user is not None:
        statement = statement.where(REGISTRAR.condition(USER, cast(Table, UserCheckIn.__table__).c))
    found = db.execute(statement, {} if user is None else {"by_id": user})
    return Sheet("Check-ins", _SCANS, [_scan(*row) for row in found])


def _conditions(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    columns = {"session": UserCheckIn.session_id, "date": UserCheckIn.day, "track": UserCheckIn.track_name}
    found = [column == wanted[name] for name, column in columns.items() if name in wanted]
    return [*found, UserCheckIn.kind.in_(wanted["kinds"])] if "kinds" in wanted else found


def _scan(scan: UserCheckIn, holder: str, order: str | None, zone: str) -> list[object]:
    return [
        f"{order}-{holder}" if order else holder,
        moment(scan.created_at, zone),
        scan.track_name,
        scan.session_name,
        scan.speaker_name,
        scan.kind,
    ]
