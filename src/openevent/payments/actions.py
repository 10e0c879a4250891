"""The verbs of payments: joining accounts at providers, and asking organizers for the platform's part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from openevent.events.models import Event
from openevent.kit.access import SYSTEM, Actor
from openevent.kit.errors import Conflict, Forbidden, Unavailable
from openevent.kit.money import Money
from openevent.kit.work import UnitOfWork
from openevent.payments.models import EventInvoice, StripeAuthorization
from openevent.payments.providers import stripe
from openevent.payments.rules import DUE_AFTER, invoice_identifier
from openevent.payments.signals import InvoiceIssued

_EVENT = "/data/relationships/event"
_CODE = "stripe_auth_code"


class StripeLinked(Conflict):
    """The event has its account at Stripe already."""

    code = "stripe-linked"


class StripeNotAccepted(Forbidden):
    """The event does not take payments by Stripe."""

    code = "stripe-not-accepted"


class ProviderNotConfigured(Unavailable):
    """The operator has not set up this way to pay."""

    code = "provider-not-configured"


def link_stripe(work: UnitOfWork, code: str, *, event_id: int, by: Actor) -> StripeAuthorization:
    """Join an event to its organizer's account at Stripe.

    Raises StripeNotAccepted, StripeLinked, or what the exchange of the code raises.
    """
    event = work.db.get_one(Event, event_id, with_for_update=True)
    if not event.can_pay_by_stripe:
        raise StripeNotAccepted("Stripe payment is disabled for this Event", pointer=_EVENT)
    if work.db.scalar(select(StripeAuthorization.id).where(StripeAuthorization.event_id == event_id)) is not None:
        raise StripeLinked("Stripe Authorization already exists for this event", pointer=_EVENT)
    account = stripe.connect(work.services.outbound, work.services.stripe, code)
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
        account = stripe.connect(work.services.outbound, work.services.stripe, values[_CODE])
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


def issue_invoice(
    work: UnitOfWork, event: Event, user_id: int | None, amount: Money, revenue: Money, *, issued_at: datetime
) -> EventInvoice:
    """Ask whoever owns an event for the platform's part of its revenue.

    Whoever calls holds the lock that keeps two from counting at once: the number is running.
    """
    number = (work.db.scalar(select(func.count()).select_from(EventInvoice)) or 0) + 1
    invoice = EventInvoice(
        identifier=invoice_identifier(issued_at, number),
        event_id=event.id,
        user_id=user_id,
        currency=amount.currency,
        amount=amount.minor,
        revenue=revenue.minor,
        created_at=work.now,
        issued_at=issued_at,
        due_at=issued_at + DUE_AFTER,
    )
    work.db.add(invoice)
    work.db.flush()
    work.audit("event-invoice.create", f"event-invoice:{invoice.id}", by=SYSTEM, amount=invoice.amount)
    work.announce(InvoiceIssued(invoice.id))
    return invoice


def update_invoice(work: UnitOfWork, invoice: EventInvoice, values: Mapping[str, Any], *, by: Actor) -> EventInvoice:
    """Change what an admin has found out about an invoice."""
    for name, value in values.items():
        setattr(invoice, name, Money.of(value, invoice.currency).minor if name == "amount" else value)
    if invoice.status == "paid" and invoice.completed_at is None:
        invoice.completed_at = work.now
    work.db.flush()
    work.audit("event-invoice.update", f"event-invoice:{invoice.id}", by=by, members=sorted(values))
    return invoice


def refuse_provider(name: str) -> ProviderNotConfigured:
    """Return the answer of a way to pay that nobody has set up."""
    return ProviderNotConfigured(f"{name} is not configured on this server.")
