"""FACE: the play bank's page, on which play money is paid or not; the platform's invoices, to look at and to pay."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.errors import DomainError, Invalid, NotFound, TooManyRequests
from openevent.kit.money import Money
from openevent.payments import actions, documents
from openevent.payments.actions.playing import open_book, play
from openevent.payments.providers.play import CHOICES
from openevent.payments.queries import InvoiceView, invoice_view, payment_of
from openevent.payments.rules.billing import PAYABLE, subject_of_invoice
from openevent.payments.rules.states import OPEN, PROVIDERS
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_SEE_OTHER, _CONFLICT = 303, 409
MOST_LOOKS = 20  # at a provider, about one payment, in a minute
_NAMES = {"stripe": "Stripe", "paypal": "PayPal", "play": "play money"}
_WORDS = {
    "pay": "Pay",
    "twice": "Pay, and have it told twice",
    "later": "Pay in a minute, and tell nobody",
    "decline": "Decline",
}

blueprint = Blueprint("payments", __name__, template_folder="templates")


@blueprint.get("/payments/play/<reference>")
def show(reference: str) -> Response:
    """Show what is to be paid, with everything that can become of it."""
    with visit().work() as work:
        book = open_book(work, reference)
    answer = make_response(
        render_template(
            "payments/play.html",
            book=book,
            amount=Money(book.amount, book.currency),
            is_open=book.state == "open" and book.pays_at is None,
            choices=[(one, _WORDS[one]) for one in CHOICES],
            is_paid=book.state == "settled" and sum(book.refunds.values()) < book.amount,
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/payments/play/<reference>")
def decide(reference: str) -> Response:
    """Do what was chosen, and go back to where the payment came from."""
    back = play(visit().shell, reference, request.form.get("choice", ""))
    return redirect(back or f"/payments/play/{reference}", _SEE_OTHER)


@blueprint.get("/event-invoice/<identifier>/review")
def review(identifier: str) -> Response:
    """Show an invoice to whoever may see it, with the ways to pay it."""
    if visit().by.id is None:
        return sign_in_first()
    found = _invoice(identifier)
    is_back = "paid" in request.args
    if is_back and found.status in PAYABLE:
        _look(found.id)
        found = _invoice(identifier)
    return _review(found, is_waiting=is_back and found.status in PAYABLE)


@blueprint.post("/event-invoice/<identifier>/pay")
def pay(identifier: str) -> Response:
    """Send whoever pays an invoice on to where the money is taken."""
    if visit().by.id is None:
        return sign_in_first()
    found, provider = _invoice(identifier), request.form.get("provider", "")
    back = visit().services.site.link(f"/event-invoice/{found.identifier}/review?paid=1")
    try:
        actions.look_before(visit().shell, subject_of_invoice(found.id), back=back)
        with visit().work() as work:
            if provider not in PROVIDERS:
                raise Invalid("Choose how to pay.")
            payment_id = actions.start_invoice_payment(work, found.id, provider, back=back, by=visit().by).id
        seen = actions.checkout(visit().shell, payment_id, back=back)
    except DomainError as error:
        return _review(found, problem=error.detail, status=_CONFLICT)
    return redirect(seen.url or back, _SEE_OTHER)


@blueprint.get("/event-invoice/<identifier>.pdf")
def invoice_pdf(identifier: str) -> Response:
    """Serve an invoice as PDF."""
    if visit().by.id is None:
        return sign_in_first()
    found = _invoice(identifier)
    services = visit().shell.services
    answer = make_response(documents.invoice(services.pdf, found, services.site))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{found.identifier}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _invoice(identifier: str) -> InvoiceView:
    with visit().reading() as db:
        found = invoice_view(db, identifier, visit().by)
    if found is None:
        raise NotFound("There is no such invoice, or it is somebody else's.")
    return found


def _look(invoice_id: int) -> None:
    """Ask the provider how the open payment of an invoice stands, though not all the time."""
    with visit().work() as work:
        payment = payment_of(work.db, subject_of_invoice(invoice_id))
        if payment is None or payment.status != OPEN:
            return
        try:
            work.services.limiter.hit(f"verify:{payment.id}", times=MOST_LOOKS, seconds=60)
        except TooManyRequests:
            return
        payment_id = payment.id
    actions.look_again(visit().shell, payment_id)


def _review(found: InvoiceView, *, is_waiting: bool = False, problem: str = "", status: int = 200) -> Response:
    with visit().reading() as db:
        known = actions.configured(visit().shell.services, db)
    is_payable = found.status in PAYABLE and found.amount.minor > 0
    page = render_template(
        "payments/invoice.html",
        invoice=found,
        is_waiting=is_waiting,
        is_payable=is_payable,
        ways=[(name, _NAMES[name]) for name in known],
        problem=problem,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
