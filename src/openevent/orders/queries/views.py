"""An order as its page and its mails show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from openevent.events.models import Event
from openevent.kit.access import Actor
from openevent.kit.money import Money, zero
from openevent.orders.models import Attendee, Order, OrderLine
from openevent.orders.queries.facts import buyer_name, parties, standing, visible_attendees
from openevent.orders.roles import MAY_READ_ORDER, ORDERS
from openevent.orders.rules.holders import order_number, place_of
from openevent.orders.rules.pricing import tax_label
from openevent.orders.rules.states import (
    BILLING,
    CANCELLED,
    GONE,
    OFFLINE,
    ONLINE,
    SOLD,
    Party,
    may_move,
    subject_of,
)
from openevent.payments.queries import refundable
from openevent.people.models import User
from openevent.site.queries import modules
from openevent.tickets.models import DiscountCode, Ticket

_BILLED = (*BILLING, "state", "tax_business_info")


class LineView(Struct, frozen=True):
    """One line of an order."""

    ticket_name: str
    quantity: int
    unit: Money
    total: Money
    discount: Money  # that a code takes off the line; the total is before it
    fee: Money  # of the platform, that is put on the line; the total is before it, too
    code: str = ""  # the code that does


class HolderView(Struct, frozen=True):
    """One holder of an order."""

    id: int
    identifier: str
    firstname: str | None
    lastname: str | None
    email: str | None
    ticket_name: str
    code_issue: int
    pdf_path: str | None  # while the order stands; a visitor needs a signature or a sign-in


class PaymentView(Struct, frozen=True):
    """One way to pay that the event takes."""

    mode: str
    details: str  # how to, in the organizer's words; may be empty


class BillingView(Struct, frozen=True):
    """Whom the invoice is made out to."""

    is_mandatory: bool  # the event takes no paid order without it
    is_wanted: bool
    values: Mapping[str, str]


class TaxView(Struct, frozen=True):
    """The tax in the amount of an order."""

    name: str | None
    percent: float
    amount: Money
    is_included: bool  # in the prices, not on top of them

    @property
    def label(self) -> str:
        """What it is called, in English where it has no name."""
        return tax_label(self.name, self.percent)


class OrderView(Struct, frozen=True):
    """An order as its page and its mails show it."""

    id: int
    identifier: str
    number: str
    status: str
    event_id: int
    event_name: str
    event_identifier: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    location: str
    amount: Money
    lines: tuple[LineView, ...]
    holders: tuple[HolderView, ...]
    buyer_name: str
    buyer_email: str
    created_at: datetime
    expires_at: datetime | None
    completed_at: datetime | None
    payment_mode: str | None
    offline_details: str  # how to pay in the chosen way, in the organizer's words
    payments: tuple[PaymentView, ...]  # offline, that the event takes
    billing: BillingView
    needs_holders: bool  # every ticket must have a name and an address
    after_order_message: str | None
    ticket_color: str | None
    language: str | None  # the event's
    cancel_note: str | None
    is_buyer: bool
    may_cancel: bool
    online: tuple[str, ...] = ()  # providers that the event takes money by; the installation may know fewer
    organizes: bool = False
    refundable: Money | None = None  # what was paid by a provider and is there still, for organizers
    tax: TaxView | None = None

    @property
    def discounted(self) -> Money:
        """What the code takes off all lines together."""
        return sum((line.discount for line in self.lines), zero(self.amount.currency))

    @property
    def fee(self) -> Money:
        """What the platform puts on all lines together."""
        return sum((line.fee for line in self.lines), zero(self.amount.currency))

    @property
    def tax_added(self) -> Money:
        """The tax on top of the prices; nothing where they include it."""
        return zero(self.amount.currency) if self.tax is None or self.tax.is_included else self.tax.amount

    @property
    def adjustment(self) -> Money:
        """What is missing to the amount: an organizer has named another one than the lines come to."""
        prices = sum((line.total for line in self.lines), zero(self.amount.currency))
        return self.amount - (prices - self.discounted + self.fee + self.tax_added)

    @property
    def discount_code(self) -> str:
        """The code that lowers its lines; empty without one."""
        return next((line.code for line in self.lines if line.discount.minor), "")

    @property
    def accepted_modes(self) -> tuple[str, ...]:
        """The ways to pay outside."""
        return tuple(one.mode for one in self.payments)

    @property
    def may_remove(self) -> bool:
        """Whether single tickets can be taken out of it."""
        return self.organizes and self.status not in GONE and len(self.holders) > 1


def order_view(db: Session, identifier: str, by: Actor) -> OrderView | None:
    """Return an order with everything its page shows; None when there is none or it is none of theirs."""
    condition = MAY_READ_ORDER.condition(by.kind, ORDERS)
    order = db.scalar(select(Order).where(ORDERS.identifier == identifier, condition), dict(by.params))
    return None if order is None else view_of(db, order, by)


def view_of(db: Session, order: Order, by: Actor) -> OrderView:
    """Return the view of an order that somebody may see."""
    event, theirs = db.get_one(Event, order.event_id), parties(db, order, by)
    buyer = db.get(User, order.user_id) if order.user_id else None
    return OrderView(
        id=order.id,
        identifier=order.identifier,
        number=order_number(order.created_at, order.id),
        status=order.status,
        event_id=event.id,
        event_name=event.name,
        event_identifier=event.identifier,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        location=place_of(event.location_name, online=event.online),
        amount=Money(order.amount, order.currency),
        lines=_lines(db, order),
        holders=_holder_views(db, order, by),
        buyer_name=buyer_name(buyer),
        buyer_email=buyer.email if buyer else "",
        created_at=order.created_at,
        expires_at=order.expires_at,
        completed_at=order.completed_at,
        payment_mode=order.payment_mode,
        offline_details=_how_to(event, order.payment_mode or ""),
        payments=_payments(db, event, order),
        billing=_billing(event, order),
        needs_holders=event.is_ticket_form_enabled,
        after_order_message=event.after_order_message,
        ticket_color=event.ticket_color,
        language=event.language,
        cancel_note=order.cancel_note,
        is_buyer=Party.BUYER in theirs,
        may_cancel=may_move(standing(db, order), CANCELLED, theirs),
        online=_online(db, event),
        organizes=(organizes := bool(theirs & {Party.ORGANIZER, Party.ADMIN})),
        refundable=refundable(db, subject_of(order.id)) if organizes else None,
        tax=_tax(order),
    )


def _tax(order: Order) -> TaxView | None:
    if order.tax_rate is None:
        return None
    return TaxView(order.tax_name, order.tax_rate, Money(order.tax, order.currency), order.is_tax_included)


def _payments(db: Session, event: Event, order: Order) -> tuple[PaymentView, ...]:
    """Return how the event lets people pay; nothing more is offered where payments are switched off."""
    if order.status not in SOLD and not modules(db).payment:
        return ()
    accepted = (mode for mode, switch in OFFLINE.items() if getattr(event, switch))
    return tuple(PaymentView(mode, _how_to(event, mode)) for mode in accepted)


def _online(db: Session, event: Event) -> tuple[str, ...]:
    if not modules(db).payment:
        return ()
    return tuple(mode for mode, switch in ONLINE.items() if switch is None or getattr(event, switch))


def _how_to(event: Event, mode: str) -> str:
    """Return how to pay; an order keeps its way when the event takes it no longer."""
    return getattr(event, f"{mode}_details") or "" if mode in OFFLINE else ""


def _billing(event: Event, order: Order) -> BillingView:
    values = {name: getattr(order, name) or "" for name in _BILLED}
    return BillingView(event.is_billing_info_mandatory, order.is_billing_enabled, values)


def _lines(db: Session, order: Order) -> tuple[LineView, ...]:
    rows = db.execute(
        select(Ticket.name, OrderLine.quantity, OrderLine.price, OrderLine.discount, OrderLine.fee, DiscountCode.code)
        .select_from(OrderLine)
        .join(Ticket, Ticket.id == OrderLine.ticket_id)
        .outerjoin(DiscountCode, DiscountCode.id == order.discount_code_id)
        .where(OrderLine.order_id == order.id)
        .order_by(Ticket.position, Ticket.id)
    )
    return tuple(
        LineView(name, number, *_monies((price, price * number, off, fee), order.currency), code=code or "")
        for name, number, price, off, fee, code in rows
    )


def _monies(minors: Iterable[int], currency: str) -> Iterable[Money]:
    return (Money(minor, currency) for minor in minors)


def _holder_views(db: Session, order: Order, by: Actor) -> tuple[HolderView, ...]:
    seen = visible_attendees(db, order.id, by)
    rows = db.execute(
        select(Attendee, Ticket.name)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .where(Attendee.id.in_(seen))
        .order_by(Ticket.position, Attendee.id)
    )
    has_pdf = order.status in SOLD
    return tuple(
        HolderView(
            one.id,
            one.identifier,
            one.firstname,
            one.lastname,
            one.email,
            name,
            one.code_issue,
            f"/tickets/{one.id}.pdf" if has_pdf else None,
        )
        for one, name in rows
    )
