"""The types `charge` and `on-site-ticket`: what is sent about an order, and kept nowhere as such."""

from __future__ import annotations

from sqlalchemy import Boolean, String, cast, null, select

from openevent.jsonapi.declare import Attribute, Resource
from openevent.orders.models import Order, OrderLine

_ONCE = frozenset({"create"})


class Charge:
    """Taking the money for an order. POST /v1/orders/<order>/charge answers it (paying.py)."""

    __table__ = select(Order.id, cast(null(), Boolean).label("status"), cast(null(), String).label("message")).subquery(
        "charges"
    )


class OnSiteTicket:
    """How many of a ticket type are sold at the door, in `on-site-tickets` of an order."""

    __table__ = select(OrderLine.id).subquery("on_site_tickets")


CHARGES = Resource(
    type="charge",
    model=Charge,
    address="/orders/<key>/charge",
    methods=_ONCE,
    attributes=(
        *(Attribute(name, write_only=True) for name in ("stripe", "paypal-payer-id", "paypal-payment-id")),
        *(Attribute(name, read_only=True) for name in ("status", "message")),
    ),
)

ON_SITE_TICKETS = Resource(
    type="on-site-ticket",
    model=OnSiteTicket,
    path="on-site-tickets",
    address="/orders/<key>/on-site-tickets",
    methods=_ONCE,
    attributes=(Attribute("quantity", kind="string", write_only=True, required=True, nullable=False),),
)
RESOURCES = (CHARGES, ON_SITE_TICKETS)
