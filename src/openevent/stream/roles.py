"""Cells that depend on who may watch the video of an event."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Table, exists, literal, or_, select, true
from sqlalchemy.sql.elements import False_, True_

from openevent.events.roles import COORGANIZER, ORGANIZER
from openevent.kit.access import ANONYMOUS, BY_EMAIL, BY_ID, STAFF, SUPER, Row, Who, cell
from openevent.orders.models import Attendee, Order
from openevent.orders.rules.states import SOLD
from openevent.programme.models import Session, Speaker, speakers_sessions
from openevent.programme.rules import PUBLIC_STATES
from openevent.stream.models import VideoStream, VideoStreamModerator


def _holds_ticket(event: ColumnElement[Any]) -> ColumnElement[bool]:
    attendees, orders = Attendee.__table__.alias("viewer"), Order.__table__.alias("viewers_order")
    return exists(
        select(attendees.c.id)
        .join(orders, orders.c.id == attendees.c.order_id)
        .where(
            attendees.c.event_id == event,
            attendees.c.email == BY_EMAIL,
            attendees.c.deleted_at.is_(None),
            orders.c.status.in_(SOLD),
        )
    )


def _speaks(event: ColumnElement[Any]) -> ColumnElement[bool]:
    speakers, sessions = Speaker.__table__.alias("on_stage"), Session.__table__.alias("staged")
    links = speakers_sessions.alias("staging")
    return exists(
        select(speakers.c.id)
        .join(links, links.c.speaker_id == speakers.c.id)
        .join(sessions, sessions.c.id == links.c.session_id)
        .where(
            speakers.c.event_id == event,
            or_(speakers.c.user_id == BY_ID, speakers.c.email == BY_EMAIL),
            speakers.c.deleted_at.is_(None),
            sessions.c.deleted_at.is_(None),
            sessions.c.state.in_(PUBLIC_STATES),
        )
    )


def _for_people(kind: str, found: ColumnElement[bool]) -> ColumnElement[bool]:
    if kind in (STAFF, SUPER):
        return true()
    # Visitors look whether an event has video: they find none, and are not sent to sign in (v1 reference 20.3: 404).
    return literal(1) == literal(0) if kind == ANONYMOUS else found


def _takes_part(kind: str, row: Row) -> ColumnElement[bool]:
    event = cell(row, "event_id")
    return _for_people(kind, or_(_holds_ticket(event), _speaks(event)))


def _moderates(kind: str, row: Row) -> ColumnElement[bool]:
    moderators = VideoStreamModerator.__table__.alias("moderating").c
    own = select(moderators.id).where(moderators.video_stream_id == cell(row, "id"), moderators.email == BY_EMAIL)
    return _for_people(kind, exists(own))


def of_stream(who: Who) -> Who:
    """Return the cell of those who pass for the stream that a row belongs to."""

    def build(kind: str, row: Row) -> ColumnElement[bool]:
        stream = cast(Table, VideoStream.__table__).alias("the_stream")
        inner = who.condition(kind, stream.c)
        if isinstance(inner, True_ | False_):
            return inner
        return exists(select(stream.c.id).where(stream.c.id == cell(row, "video_stream_id"), inner))

    return Who(who.name, build)


PARTICIPANT = Who("ticket holders and speakers", _takes_part)
MODERATOR = Who("its moderators", _moderates)
VIEWER = COORGANIZER | PARTICIPANT | MODERATOR  # of rows of streams
MANAGER = COORGANIZER | MODERATOR  # who gets the moderator's key
RECORDED = ORGANIZER
