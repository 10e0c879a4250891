"""Joining accounts at providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.work import UnitOfWork
from openevent.payments.models import StripeAuthorization
from openevent.payments.providers import stripe_connect

_EVENT = "/data/relationships/event"
_CODE = "stripe_auth_code"


class StripeLinked(Conflict):
    """The event has its account at Stripe already."""

    code = "stripe-linked"


class StripeNotAccepted(Forbidden):
    """The event does not take payments by Stripe."""

    code = "stripe-not-accepted"


def link_stripe(work: UnitOfWork, code: str, *, event_id: int, by: Actor) -> StripeAuthorization:
    """Join an event to its organizer's account at Stripe.

    Raises StripeNotAccepted, StripeLinked, or what the exchange of the code raises.
    """
    event = work.db.get_one(Event, event_id, with_for_update=True)
    if not event.can_pay_by_stripe:
        raise StripeNotAccepted("Stripe payment is disabled for this Event", pointer=_EVENT)
    if work.db.scalar(select(StripeAuthorization.id).where(StripeAuthorization.event_id == event_id)) is not None:
        raise StripeLinked("Stripe Authorization already exists for this event", pointer=_EVENT)
    account = stripe_connect.connect(work.services.outbound, work.services.stripe, code)
    row = StripeAuthorization(
        event_id=event_id, stripe_user_id=account.user_id, stripe_publishable_key=account.publishable_key
    )
    work.db.add(row)
    event.is_stripe_linked = True
    work.db.flush()
    work.audit("stripe-authorization.create", f"event:{event_id}", by=by)
    return row


def relink_stripe(
    work: UnitOfWork, row: StripeAuthorization, values: Mapping[str, Any], *, by: Actor
) -> StripeAuthorization:
    """Put another account in the place of an event's account at Stripe, when a new code was sent."""
    if values.get(_CODE):
        account = stripe_connect.connect(work.services.outbound, work.services.stripe, values[_CODE])
        row.stripe_user_id, row.stripe_publishable_key = account.user_id, account.publishable_key
        work.db.flush()
        work.audit("stripe-authorization.update", f"event:{row.event_id}", by=by)
    return row


def unlink_stripe(work: UnitOfWork, row: StripeAuthorization, *, by: Actor) -> None:
    """Forget an event's account at Stripe."""
    work.db.get_one(Event, row.event_id).is_stripe_linked = False
    work.db.delete(row)
    work.db.flush()
    work.audit("stripe-authorization.delete", f"event:{row.event_id}", by=by)
