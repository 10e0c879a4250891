"""Statistics of an event, of a ticket type, and of the whole installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from openevent.events.models import Event, EventTopic, EventType
from openevent.jsonapi.declare import Attribute, Call, Endpoint, Extension, Reply, Resource, Through
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.shapes import TEXT, WHOLE, record, rows
from openevent.kit.prepared import PreparedRead
from openevent.reports.models import Installation
from openevent.reports.queries import statistics as counts
from openevent.tickets.models import Ticket

_READ = frozenset({"read"})


def _count(name: str, sql: counts.Sql) -> Attribute:
    return Attribute(name, kind="integer", sql=sql)


def _object(name: str, sql: counts.Sql) -> Attribute:
    return Attribute(name, kind="json", sql=sql)


def _same(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    return one["id"] == other["id"]


def _one_of(name: str, type_: str, *, hidden: bool = False) -> Through:
    return Through(name, type=type_, on=_same, many=False, hidden=hidden)


def _of_installation(what: str, segment: str, *attributes: Attribute) -> Resource:
    return Resource(
        type=f"admin-statistics-{what}",
        model=Installation,
        address=f"/admin/statistics/{segment}",
        methods=_READ,
        collection=False,
        attributes=attributes,
    )


_SESSION_STATES = ("draft", "accepted", "confirmed", "pending", "rejected", "withdrawn", "canceled")
_ROLES = ("owner", "organizer", "coorganizer", "track_organizer")

GENERAL = Resource(
    type="event-statistics-general",
    model=Event,
    address="/events/<key>/general-statistics",
    methods=_READ,
    collection=False,
    attributes=(
        Attribute("identifier"),
        *(_count(f"sessions-{state}", counts.sessions(state)) for state in _SESSION_STATES),
        _count("sessions-submitted", counts.sessions()),
        _count("sessions", counts.sessions()),
        _object("speakers", counts.speakers),
        _count("speaker-without-session", counts.speakers_without_session),
        _count("sponsors", counts.sponsors),
    ),
)
ORDERS_OF_EVENT = Resource(
    type="order-statistics-event",
    model=Event,
    address="/events/<key>/order-statistics",
    methods=_READ,
    collection=False,
    attributes=(
        Attribute("identifier"),
        _object("tickets", counts.event_tickets),
        _object("orders", counts.event_orders),
        _object("sales", counts.event_sales),
    ),
)
ORDERS_OF_TICKET = Resource(
    type="order-statistics-ticket",
    model=Ticket,
    address="/tickets/<key>/order-statistics",
    methods=_READ,
    collection=False,
    attributes=(
        _object("tickets", counts.ticket_tickets),
        _object("orders", counts.ticket_orders),
        _object("sales", counts.ticket_sales),
    ),
)
STATISTICS = (
    GENERAL,
    ORDERS_OF_EVENT,
    ORDERS_OF_TICKET,
    _of_installation(
        "event",
        "events",
        _count("draft", counts.events_where(lambda event: (event.state == "draft") & (event.ends_at > counts.NOW))),
        _count(
            "published", counts.events_where(lambda event: (event.state == "published") & (event.ends_at > counts.NOW))
        ),
        _count("past", counts.events_where(lambda event: event.ends_at <= counts.NOW)),
    ),
    _of_installation(
        "session",
        "sessions",
        *(_count(state, counts.sessions_where(state)) for state in _SESSION_STATES[:5]),
        _count("submitted", counts.sessions_where()),
    ),
    _of_installation(
        "user",
        "users",
        _count("super-admin", counts.users_where(lambda user: user.is_super_admin)),
        _count("admin", counts.users_where(lambda user: user.is_admin)),
        _count("verified", counts.users_where(lambda user: user.is_verified)),
        _count("unverified", counts.users_where(lambda user: ~user.is_verified)),
        *(_count(role.replace("_", "-"), counts.people_with_role(role)) for role in _ROLES),
        _count("attendee", counts.buyers),
    ),
    _of_installation(
        "mail",
        "mails",
        *(
            _count(name, counts.mails_within(days))
            for name, days in (("one-day", 1), ("three-days", 3), ("seven-days", 7), ("thirty-days", 30))
        ),
    ),
    _of_installation(
        "group",
        "groups",
        _count("groups", counts.groups),
        _count("group-events", counts.events_in_groups),
        _count("followers", counts.followers),
    ),
)

EXTENSIONS = (
    Extension(
        "event",
        relationships=(
            _one_of("general-statistics", GENERAL.type),
            _one_of("order-statistics", ORDERS_OF_EVENT.type),
        ),
    ),
    Extension("ticket", relationships=(_one_of("order-statistics", ORDERS_OF_TICKET.type, hidden=True),)),
)


def _events_by(model: type[Any], link: str) -> Select[Any, Any, int]:
    kinds, events = model.__table__.c, Event.__table__.alias("counted_event").c  # pyright: ignore[reportAttributeAccessIssue] -- a mapped class has a Table
    count = select(func.count()).where(events[link] == kinds.id, events.deleted_at.is_(None)).scalar_subquery()
    return select(kinds.name, kinds.id, count).where(kinds.deleted_at.is_(None)).order_by(kinds.name, kinds.id)


_BY_TYPE = PreparedRead(lambda: _events_by(EventType, "event_type_id"))
_BY_TOPIC = PreparedRead(lambda: _events_by(EventTopic, "event_topic_id"))


def _counted(read: PreparedRead) -> Callable[[Call, Backend], Reply]:
    def answer(_call: Call, backend: Backend) -> Reply:
        return Reply([{"name": name, "id": key, "count": count} for name, key, count in read.rows(backend)])

    return answer


_COUNTS = rows(record({"name": TEXT, "id": WHOLE, "count": WHOLE}))
ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/admin/statistics/event-types",
        _counted(_BY_TYPE),
        summary="How many events there are of each type",
        answer=_COUNTS,
    ),
    Endpoint(
        "GET",
        "/v1/admin/statistics/event-topics",
        _counted(_BY_TOPIC),
        summary="How many events there are about each topic",
        answer=_COUNTS,
    ),
)
