"""Going to pay for an order at a provider, and looking how that went."""

from __future__ import annotations

from flask import flash, redirect
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, NotFound, TooManyRequests
from openevent.kit.work import UnitOfWork
from openevent.orders import actions
from openevent.orders.models import Order
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.rules.states import subject_of
from openevent.payments.actions import checkout, look_again, look_before
from openevent.payments.queries import payment_of
from openevent.payments.rules.states import OPEN
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

MOST_LOOKS = 20  # at a provider, about one payment, in a minute
_SEE_OTHER = 303


@blueprint.get("/orders/<identifier>/pay")
def pay(identifier: str) -> Response:
    """Send the buyer on to where the money is taken; opened again, it is the same payment."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    if not found.is_buyer:
        raise NotFound("There is no such order, or it belongs to somebody else.")
    back = visit().services.site.link(f"/orders/{identifier}?paid=1")
    try:
        look_before(visit().shell, subject_of(found.id), back=back)
        with visit().work() as work:
            order = work.db.get_one(Order, found.id)
            payment_id = actions.start_payment(work, order, is_hosted=True, back=back, by=visit().by).id
        seen = checkout(visit().shell, payment_id, back=back)
    except DomainError as error:
        flash(f"You can't pay right now: {error.detail}")
        return redirect(f"/orders/{identifier}", _SEE_OTHER)
    return redirect(seen.url or f"/orders/{identifier}?paid=1", _SEE_OTHER)


def look(order_id: int) -> None:
    """Ask the provider how the open payment of an order stands, though not all the time."""
    with visit().work() as work:
        payment_id = _due(work, order_id)
    if payment_id is not None:
        look_again(visit().shell, payment_id)


def _due(work: UnitOfWork, order_id: int) -> int | None:
    payment = payment_of(work.db, subject_of(order_id))
    if payment is None or payment.status != OPEN:
        return None
    try:
        work.services.limiter.hit(f"verify:{payment.id}", times=MOST_LOOKS, seconds=60)
    except TooManyRequests:
        return None
    return payment.id
