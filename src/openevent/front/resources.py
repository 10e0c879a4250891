"""Lists of the API that draw on several domains: events for the front page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select

from openevent.events.models import SocialLink
from openevent.jsonapi.declare import Extension, NamedList
from openevent.kit.db import UtcDateTime
from openevent.tickets.models import Ticket, TicketStock

_NOW = bindparam("now", type_=UtcDateTime())


def _is_upcoming(event: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    """Return the condition of the list of upcoming events (v1 reference 7.8): promoted, or complete and not demoted.

    What is sold out is asked of each ticket's own counter.
    """
    public = and_(event["state"] == "published", event["privacy"] == "public", event["starts_at"] > _NOW)
    complete = [
        event[column].is_not(None)
        for column in ("original_image_url", "logo_url", "event_type_id", "event_topic_id", "event_sub_topic_id")
    ]
    shown = and_(event["is_demoted"].is_(False), *complete, _is_on_twitter(event), _has_tickets(event))
    return and_(public, or_(event["is_promoted"].is_(True), shown))


def _is_on_twitter(event: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    links = SocialLink.__table__.alias("social_link").c
    return exists(
        select(links.id).where(links.event_id == event["id"], links.name.ilike("twitter"), links.deleted_at.is_(None))
    )


def _has_tickets(event: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns by name
    tickets, stock = Ticket.__table__.alias("ticket_on_sale"), TicketStock.__table__.alias("stock_on_sale")
    return exists(
        select(tickets.c.id)
        .join(stock, stock.c.ticket_id == tickets.c.id)
        .where(
            tickets.c.event_id == event["id"],
            tickets.c.deleted_at.is_(None),
            tickets.c.is_hidden.is_(False),
            tickets.c.sales_ends_at > _NOW,
            stock.c.sold < stock.c.quantity,
        )
    )


EXTENSIONS = (Extension(type="event", lists=(NamedList("upcoming", where=_is_upcoming, sort="starts-at"),)),)
