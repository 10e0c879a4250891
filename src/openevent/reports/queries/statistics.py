"""How many of what: in an event, of a ticket type, in the whole installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Table, and_, bindparam, distinct, exists, func, select

from openevent.events.models import Event, Group, Sponsor, UserFollowGroup, UsersEventsRole
from openevent.kit.db import UtcDateTime
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.people.models import User
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.reports.queries.shapes import by_state, count_of, days_before, json_object, only, sum_of, thousandths
from openevent.site.models import Mail
from openevent.tickets.models import Ticket, TicketStock

Columns = Mapping[str, ColumnElement[Any]]
Sql = Callable[[Columns], ColumnElement[Any]]

ORDER_STATES = ("draft", "cancelled", "pending", "expired", "placed", "completed")  # "draft" as the reference has it
SPEAKER_STATES = ("accepted", "confirmed", "pending", "rejected", "withdrawn", "canceled")
NOW = bindparam("now", type_=UtcDateTime())

_EVENTS, _SPONSORS = cast(Table, Event.__table__), cast(Table, Sponsor.__table__)
_SESSIONS, _SPEAKERS = cast(Table, Session.__table__), cast(Table, Speaker.__table__)
_ORDERS, _LINES, _ATTENDEES = (cast(Table, one.__table__) for one in (Order, OrderLine, Attendee))
_TICKETS, _STOCK = cast(Table, Ticket.__table__), cast(Table, TicketStock.__table__)
_USERS, _ROLES = cast(Table, User.__table__), cast(Table, UsersEventsRole.__table__)
_GROUPS, _FOLLOWS = cast(Table, Group.__table__), cast(Table, UserFollowGroup.__table__)
_MAILS = cast(Table, Mail.__table__)


# What an event has.


def sessions(*states: str) -> Sql:
    """Count an event's sessions in these states, all of them when none is named."""

    def sql(event: Columns) -> ColumnElement[Any]:
        rows = _SESSIONS.alias("counted_session").c
        wanted = [rows.event_id == event["id"], rows.deleted_at.is_(None)]
        in_states = [rows.state.in_(states)] if states else []
        return select(func.count()).where(*wanted, *in_states).scalar_subquery()

    return sql


def speakers(event: Columns) -> ColumnElement[Any]:
    """Count an event's speakers: by the state of their sessions (in each state once), and all of them."""
    links, talks = speakers_sessions.alias("counted_link"), _SESSIONS.alias("counted_talk")
    joined = talks.join(links, links.c.session_id == talks.c.id)
    people = _SPEAKERS.alias("counted_speaker")
    joined = joined.join(people, and_(people.c.id == links.c.speaker_id, people.c.deleted_at.is_(None)))
    members = {state: count_of(talks.c.state, state, people.c.id) for state in SPEAKER_STATES}
    everybody = _SPEAKERS.alias("any_speaker").c
    total = select(func.count()).where(everybody.event_id == event["id"], everybody.deleted_at.is_(None))
    found = select(json_object({**members, "total": total.scalar_subquery()})).select_from(joined)
    return found.where(talks.c.event_id == event["id"], talks.c.deleted_at.is_(None)).scalar_subquery()


def speakers_without_session(event: Columns) -> ColumnElement[Any]:
    """Count an event's speakers that no session has."""
    people, links = _SPEAKERS.alias("counted_speaker").c, speakers_sessions.alias("counted_link").c
    talks = _SESSIONS.alias("counted_talk")
    speaks = exists(
        select(links.session_id)
        .join(talks, and_(talks.c.id == links.session_id, talks.c.deleted_at.is_(None)))
        .where(links.speaker_id == people.id)
    )
    alone = [people.event_id == event["id"], people.deleted_at.is_(None), ~speaks]
    return select(func.count()).select_from(people.id.table).where(*alone).scalar_subquery()


def sponsors(event: Columns) -> ColumnElement[Any]:
    """Count an event's sponsors."""
    rows = _SPONSORS.alias("counted_sponsor").c
    return select(func.count()).where(rows.event_id == event["id"], rows.deleted_at.is_(None)).scalar_subquery()


# What was ordered. All states of an order are in the total, those that no member names too.


def event_orders(event: Columns) -> ColumnElement[Any]:
    """Count an event's orders by state."""
    orders = _ORDERS.alias("counted_order").c
    members = by_state(ORDER_STATES, func.count(), lambda state: count_of(orders.status, state))
    return select(json_object(members)).where(orders.event_id == event["id"]).scalar_subquery()


def event_sales(event: Columns) -> ColumnElement[Any]:
    """Add up the amounts of an event's orders by state, in major units."""
    orders = _ORDERS.alias("counted_order").c
    members = _sums(orders.status, thousandths(orders.amount, orders.currency))
    return select(json_object(members)).where(orders.event_id == event["id"]).scalar_subquery()


def event_tickets(event: Columns) -> ColumnElement[Any]:
    """Count who holds a ticket of an event by state of the order, and how many tickets there can be."""
    stock, kinds = _STOCK.alias("all_stock"), _TICKETS.alias("all_tickets")
    live = stock.join(kinds, and_(kinds.c.id == stock.c.ticket_id, kinds.c.deleted_at.is_(None)))
    most = select(func.coalesce(func.sum(stock.c.quantity), 0)).select_from(live)
    most = most.where(stock.c.event_id == event["id"]).scalar_subquery()
    holders = _ATTENDEES.alias("counted_holder")
    return _holders(holders, holders.c.event_id == event["id"], {"max": most})


def ticket_orders(ticket: Columns) -> ColumnElement[Any]:
    """Count the orders of a ticket type by state."""
    orders, lines = _ORDERS.alias("counted_order"), _LINES.alias("counted_line")
    once = orders.c.id
    members = by_state(ORDER_STATES, func.count(distinct(once)), lambda state: count_of(orders.c.status, state, once))
    return _of_lines(orders, lines, members, ticket)


def ticket_sales(ticket: Columns) -> ColumnElement[Any]:
    """Add up what the lines of a ticket type come to by state of the order, without discounts, in major units."""
    orders, lines = _ORDERS.alias("counted_order"), _LINES.alias("counted_line")
    value = thousandths(lines.c.price * lines.c.quantity - lines.c.discount, orders.c.currency)
    return _of_lines(orders, lines, _sums(orders.c.status, value), ticket)


def ticket_tickets(ticket: Columns) -> ColumnElement[Any]:
    """Count who holds a ticket of a type by state of the order."""
    holders = _ATTENDEES.alias("counted_holder")
    return _holders(holders, holders.c.ticket_id == ticket["id"], {})


def _sums(state: ColumnElement[str], value: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    return by_state(ORDER_STATES, sum_of(value), lambda one: sum_of(only(state, one, value)))


def _of_lines(
    orders: FromClause, lines: FromClause, members: Mapping[str, ColumnElement[Any]], ticket: Columns
) -> ColumnElement[Any]:
    joined = lines.join(orders, orders.c.id == lines.c.order_id)
    found = select(json_object(members)).select_from(joined)
    return found.where(lines.c.ticket_id == ticket["id"]).scalar_subquery()


def _holders(
    holders: FromClause, which: ColumnElement[bool], more: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[Any]:
    orders = _ORDERS.alias("holder_order")
    joined = holders.join(orders, orders.c.id == holders.c.order_id)
    members = by_state(ORDER_STATES, func.count(), lambda state: count_of(orders.c.status, state))
    found = select(json_object({**members, **more})).select_from(joined)
    return found.where(which, holders.c.deleted_at.is_(None)).scalar_subquery()


# What the installation holds.


def events_where(condition: Callable[[Any], ColumnElement[bool]]) -> Sql:
    """Count the events that meet a condition."""
    return _counted(_EVENTS, lambda event: and_(condition(event), event.deleted_at.is_(None)))


def users_where(condition: Callable[[Any], ColumnElement[bool]]) -> Sql:
    """Count the accounts that meet a condition."""
    return _counted(_USERS, lambda user: and_(condition(user), user.deleted_at.is_(None)))


def sessions_where(*states: str) -> Sql:
    """Count the sessions in these states, all of them when none is named."""

    def wanted(session: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
        in_states = [session.state.in_(states)] if states else []
        return and_(session.deleted_at.is_(None), *in_states)

    return _counted(_SESSIONS, wanted)


def people_with_role(name: str) -> Sql:
    """Count the accounts that have a role on any event."""

    def sql(_row: Columns) -> ColumnElement[Any]:
        rows = _ROLES.alias("counted_role").c
        return select(func.count(distinct(rows.user_id))).where(rows.role_name == name).scalar_subquery()

    return sql


def buyers(_row: Columns) -> ColumnElement[Any]:
    """Count the accounts that bought tickets."""
    rows = _ORDERS.alias("counted_order").c
    bought = rows.status.in_(("placed", "completed"))
    return select(func.count(distinct(rows.user_id))).where(bought).scalar_subquery()


def mails_within(days: int) -> Sql:
    """Count the mails of the last days."""
    return _counted(_MAILS, lambda mail: mail.time > days_before(NOW, days))


def groups(_row: Columns) -> ColumnElement[Any]:
    """Count the groups."""
    rows = _GROUPS.alias("counted_group").c
    return select(func.count()).where(rows.deleted_at.is_(None)).scalar_subquery()


def events_in_groups(_row: Columns) -> ColumnElement[Any]:
    """Count the events that belong to a group."""
    events, above = _EVENTS.alias("counted_event"), _GROUPS.alias("their_group")
    joined = events.join(above, and_(above.c.id == events.c.group_id, above.c.deleted_at.is_(None)))
    return select(func.count()).select_from(joined).where(events.c.deleted_at.is_(None)).scalar_subquery()


def followers(_row: Columns) -> ColumnElement[Any]:
    """Count the accounts that follow a group, each once."""
    links, above = _FOLLOWS.alias("counted_follow"), _GROUPS.alias("followed_group")
    joined = links.join(above, and_(above.c.id == links.c.group_id, above.c.deleted_at.is_(None)))
    return select(func.count(distinct(links.c.user_id))).select_from(joined).scalar_subquery()


def _counted(table: Table, condition: Callable[[Any], ColumnElement[bool]]) -> Sql:
    """Count the rows that meet a condition, under a name of their own; made when asked, for that takes milliseconds."""

    def sql(_row: Columns) -> ColumnElement[Any]:
        return select(func.count()).where(condition(table.alias(f"counted_{table.name}").c)).scalar_subquery()

    return sql
