"""Joining accounts at providers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden
from openevent.kit.work import UnitOfWork
from openevent.payments.models import StripeAuthorization
from openevent.payments.providers import services_of, stripe_connect
from openevent.payments.providers.stripe_connect import Account

_EVENT = "/data/relationships/event"


class StripeLinked(Conflict):
    """The event has its account at Stripe already."""

    code = "stripe-linked"


class StripeNotAccepted(Forbidden):
    """The event does not take payments by Stripe."""

    code = "stripe-not-accepted"


def link_stripe(work: UnitOfWork, account: Account | None, *, event_id: int, by: Actor) -> StripeAuthorization | None:
    """Join an event to its organizer's account at Stripe; None, and nothing done, while the account is not known yet.

    So what forbids it is found out before Stripe is asked, and again afterwards, when it counts. Raises
    StripeNotAccepted, StripeLinked.
    """
    event = work.db.get_one(Event, event_id, with_for_update=True)
    if not event.can_pay_by_stripe:
        raise StripeNotAccepted("Stripe payment is disabled for this Event", pointer=_EVENT)
    if work.db.scalar(select(StripeAuthorization.id).where(StripeAuthorization.event_id == event_id)) is not None:
        raise StripeLinked("Stripe Authorization already exists for this event", pointer=_EVENT)
    if account is None:
        return None
    row = StripeAuthorization(
        event_id=event_id, stripe_user_id=account.user_id, stripe_publishable_key=account.publishable_key
    )
    work.db.add(row)
    event.is_stripe_linked = True
    work.db.flush()
    work.audit("stripe-authorization.create", f"event:{event_id}", by=by)
    return row


def relink_stripe(work: UnitOfWork, row: StripeAuthorization, account: Account, *, by: Actor) -> StripeAuthorization:
    """Put another account in the place of an event's account at Stripe."""
    row.stripe_user_id, row.stripe_publishable_key = account.user_id, account.publishable_key
    work.db.flush()
    work.audit("stripe-authorization.update", f"event:{row.event_id}", by=by)
    return row


def asking_stripe(work: UnitOfWork, code: str) -> Callable[[], Account]:
    """Return what exchanges an organizer's code for his account. It calls Stripe: no transaction is open meanwhile."""
    return partial(stripe_connect.connect, work.services.outbound, services_of(work).stripe, code)


def unlink_stripe(work: UnitOfWork, row: StripeAuthorization, *, by: Actor) -> None:
    """Forget an event's account at Stripe."""
    work.db.get_one(Event, row.event_id).is_stripe_linked = False
    work.db.delete(row)
    work.db.flush()
    work.audit("stripe-authorization.delete", f"event:{row.event_id}", by=by)
