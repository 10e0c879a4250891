"""Sending what an order has sent already once more, and its invoice."""

from __future__ import annotations

from openevent.events.roles import COORGANIZER
from openevent.kit.access import Actor
from openevent.kit.errors import Conflict, Forbidden, Invalid, NotFound
from openevent.kit.work import UnitOfWork
from openevent.kit.worker import put_back
from openevent.orders import documents
from openevent.orders.models import Order
from openevent.orders.queries import invoice_of, order_id_of, passes
from openevent.orders.rules.states import COMPLETED, SOLD
from openevent.orders.signals import ConfirmationWanted
from openevent.site.queries import job_of_mail


class NotConfirmed(Invalid):
    """The order has sent no tickets yet."""

    code = "order-not-confirmed"


class NoReceipt(Conflict):
    """There is nothing to show: the order is not completed."""

    code = "no-receipt"


class NothingToRetry(Conflict):
    """The mail is on its way, or has left."""

    code = "mail-not-failed"


MOST_RESENT = 5  # a minute, by one organizer
MOST_FROM_ONE_PLACE = 60  # a minute, from one address


def resend_for(work: UnitOfWork, identifier: str, *, by: Actor) -> None:
    """Send the mails of an order again for those who run its event.

    Raises TooManyRequests beyond five a minute, on whichever page or API and in whichever process; NotFound,
    Forbidden, or NotConfirmed.
    """
    work.services.limiter.hit(f"resend:{by.id}", times=MOST_RESENT, seconds=60)
    work.services.limiter.hit(f"resend-from:{by.origin}", times=MOST_FROM_ONE_PLACE, seconds=60)
    order_id = order_id_of(work.db, identifier)
    if order_id is None:
        raise NotFound(f"Order: {identifier[:40]} not found", parameter="id")
    if not passes(work.db, COORGANIZER, by, order_id):
        raise Forbidden("Only co-organizers may do this.")
    resend_confirmation(work, order_id, by=by)


def retry_mail(work: UnitOfWork, order_id: int, mail_id: int, *, by: Actor) -> None:
    """Try to send a mail about an order once more; raises NothingToRetry for one that was not given up."""
    job_id = job_of_mail(work.db, mail_id, f"order:{order_id}")
    if job_id is None or not put_back(work, job_id):
        raise NothingToRetry("This mail has not failed.")
    work.audit("mail.retry", f"mail:{mail_id}", by=by)


def resend_confirmation(work: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """Send the mails of an order again; raises NotConfirmed unless it is placed or completed."""
    if work.db.get_one(Order, order_id).status not in SOLD:
        raise NotConfirmed("Only placed and completed orders have confirmations.", pointer="/data/order")
    work.audit("order.resend", f"order:{order_id}", by=by)
    work.announce(ConfirmationWanted(order_id))


def send_receipt(work: UnitOfWork, order_id: int, *, by: Actor) -> None:
    """Send buyer and holders their tickets again; raises NoReceipt unless the order is completed."""
    if work.db.get_one(Order, order_id).status != COMPLETED:
        raise NoReceipt("Cannot send receipt for an incomplete order")
    work.audit("order.receipt", f"order:{order_id}", by=by)
    work.announce(ConfirmationWanted(order_id))


def invoice_pdf(work: UnitOfWork, order: Order, *, by: Actor) -> bytes:
    """Return an order's invoice, set now; raises NoReceipt unless the order is placed or completed."""
    if order.status not in SOLD:
        raise NoReceipt("There is no invoice yet.")
    return documents.invoice(work.services.pdf, invoice_of(work.db, order, by), work.services.site)
