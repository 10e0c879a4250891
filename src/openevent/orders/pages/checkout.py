"""The page of an order: a form while its seats are held, what came of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from msgspec import Struct, field
from msgspec.structs import replace
from werkzeug.wrappers import Response

from openevent.forms.rules.fields import FILE
from openevent.kit.errors import DomainError
from openevent.orders import actions
from openevent.orders.actions.checkout import check_out as check_out_order
from openevent.orders.models import Order
from openevent.orders.pages.asking import Asked, beside_names, needed, retyped, unasked
from openevent.orders.pages.billing import FIELDS, BillingForm, blank, typed
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.pages.handing_in import handed_in
from openevent.orders.pages.paying import look
from openevent.orders.queries import HolderView, OrderView
from openevent.orders.queries.asked import Answer, answered_by, asked_of
from openevent.orders.rules.holders import HolderInput, InvalidHolder, full_name, tidy_email, tidy_text
from openevent.orders.rules.states import (
    BILLING,
    COMPLETED,
    INITIALIZING,
    ONLINE,
    PENDING,
    PLACED,
    PROVIDERS,
    SOLD,
    seconds_until,
    status_at,
    subject_of,
)
from openevent.payments.actions import configured
from openevent.payments.queries import payments_of, refunds_of
from openevent.people.queries import profile
from openevent.site.queries import deliveries
from openevent.web.gate import sign_in_first, takes_files
from openevent.web.visit import visit

PAYMENTS = {
    "bank": "By bank transfer",
    "invoice": "By invoice",
    "cheque": "By cheque",
    "onsite": "At the door",
    "stripe": "By card, with Stripe",
    "paypal": "With PayPal",
    "play": "With play money",
}
_SEE_OTHER, _UNPROCESSABLE = 303, 422
_PARTS = ("firstname", "lastname", "email")
_MOST_LANGUAGES = 20  # that a browser says somebody reads


class HolderForm(Struct, frozen=True):
    """The fields of one ticket holder."""

    id: int
    ticket_name: str
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    asked: tuple[Asked, ...] = ()
    needed: frozenset[str] = frozenset()  # of name and address: what the organizer wants by all means

    @property
    def value(self) -> HolderInput:
        """What the form says."""
        own = {one.field.column: one.kept for one in self.asked if one.field.question.is_complex}
        more = {one.field.column: one.kept for one in self.asked if not one.field.question.is_complex}
        answers = {name: kept for name, kept in own.items() if kept is not None}
        return HolderInput(self.id, self.firstname.strip(), self.lastname.strip(), self.email.strip(), more, answers)

    @property
    def faults(self) -> tuple[str, ...]:
        """Where something is wrong: places on the page, from the top."""
        of_holder = tuple(f"field-{part}-{self.id}" for part in _PARTS if part in self.errors)
        return (*of_holder, *(f"field-{one.name}" for one in self.asked if one.error))


class Sent(Struct, frozen=True):
    """The checkout form as it was typed, and what is wrong with it."""

    holders: tuple[HolderForm, ...]
    payment: str = ""
    problem: str | None = None
    payment_error: str | None = None
    billing: BillingForm = field(default_factory=lambda: BillingForm(is_wanted=False, is_mandatory=False))

    @property
    def is_wrong(self) -> bool:
        """Whether anything is."""
        return bool(self.problem or self.faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """Where something is wrong: places on the page, from the top."""
        of_holders = (place for holder in self.holders for place in holder.faults)
        of_payment = ("payment-error",) if self.payment_error else ()
        return (*of_holders, *of_payment, *(f"field-billing-{name}" for name in self.billing.errors))


@blueprint.get("/orders/<identifier>")
def order(identifier: str) -> Response:
    """Show an order to its buyer, its organizers, and whoever holds one of its tickets."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    if _is_open(found) and found.is_buyer:
        return _form(found, _blank(found))
    if "paid" in request.args and found.status == PENDING:
        look(found.id)
        found = order_of_visitor(identifier)
    return show_order(found)


@blueprint.post("/orders/<identifier>")
@takes_files
def check_out(identifier: str) -> Response:
    """Name the holders, choose how to pay, and make the order final; who sends the form twice sees what came of it."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    if not _is_open(found):
        return redirect(f"/orders/{found.identifier}", _SEE_OTHER)
    sent = _checked(_typed(found), found)
    if sent.is_wrong:
        return _form(found, sent, status=_UNPROCESSABLE)
    try:
        with visit().work() as work:
            holders = [holder.value for holder in sent.holders]
            billing = sent.billing.fields
            check_out_order(work, found.id, holders, sent.payment or None, billing=billing, by=visit().by)
    except DomainError as error:
        if not _is_open(order_of_visitor(identifier)):  # the same form was sent a moment ago, or the time ran out
            return redirect(f"/orders/{found.identifier}", _SEE_OTHER)
        return _form(found, _refused(sent, error), status=_UNPROCESSABLE)
    goes_on = "?go=1" if found.amount.minor and sent.payment in ONLINE else ""
    return redirect(f"/orders/{found.identifier}{goes_on}", _SEE_OTHER)


@blueprint.get("/orders/<identifier>/cancel")
def ask_to_cancel(identifier: str) -> Response:
    """Ask whether the order is really to be cancelled."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    if not found.may_cancel:
        return redirect(f"/orders/{found.identifier}", _SEE_OTHER)
    return _page("orders/cancel.html", order=found)


@blueprint.post("/orders/<identifier>/cancel")
def cancel(identifier: str) -> Response:
    """Cancel the order: its seats are free again."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    try:
        with visit().work() as work:
            actions.cancel(work, work.db.get_one(Order, found.id), by=visit().by)
    except DomainError as error:
        return _page("orders/cancel.html", status=_UNPROCESSABLE, order=found, problem=error.detail)
    flash("The order is cancelled.")
    return redirect(f"/orders/{found.identifier}", _SEE_OTHER)


@blueprint.post("/orders/<identifier>/complete")
def complete(identifier: str) -> Response:
    """Note that the payment has arrived; only organizers may."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    with visit().work() as work:
        actions.update_order(work, work.db.get_one(Order, found.id), {"status": COMPLETED}, by=visit().by)
    flash(f"Order {found.number} is completed.")
    if request.form.get("next") == "orders":
        return redirect(f"/events/{found.event_identifier}/orders", _SEE_OTHER)
    return redirect(f"/orders/{found.identifier}", _SEE_OTHER)


def _now() -> datetime:
    return visit().shell.clock.now()


def _is_open(found: OrderView) -> bool:
    return status_at(found.status, found.expires_at, _now()) == INITIALIZING


def _blank(found: OrderView) -> Sent:
    """Return the form before anything was typed: the first ticket is the buyer's own."""
    user_id = visit().by.id
    with visit().reading() as db:
        buyer = profile(db, user_id) if user_id else None
    forms = _holder_forms(found)
    if buyer is not None and forms and not (forms[0].firstname or forms[0].lastname or forms[0].email):
        names = {"firstname": buyer.first_name or "", "lastname": buyer.last_name or ""}
        forms = (replace(forms[0], **names, email=buyer.email), *forms[1:])
    return Sent(forms, found.payment_mode or "", billing=blank(found.billing))


def _holder_forms(found: OrderView) -> tuple[HolderForm, ...]:
    """Return the form of every holder as the order has it so far."""
    with visit().reading() as db:
        answers = asked_of(db, found.event_id, [holder.id for holder in found.holders])
    wishes = [language for language, _ in request.accept_languages][:_MOST_LANGUAGES]
    return tuple(_holder_form(holder, answers.get(holder.id, ()), wishes) for holder in found.holders)


def _holder_form(holder: HolderView, answers: Sequence[Answer], wishes: Sequence[str]) -> HolderForm:
    names = (holder.firstname or "", holder.lastname or "", holder.email or "")
    asked = unasked(answers, holder.id, wishes)
    return HolderForm(holder.id, holder.ticket_name, *names, asked=asked, needed=needed(answers))


def _typed(found: OrderView) -> Sent:
    holders = (_holder_typed(form) for form in _holder_forms(found))
    return Sent(tuple(holders), request.form.get("payment", ""), billing=typed(found.billing, request.form))


def _holder_typed(form: HolderForm) -> HolderForm:
    firstname, lastname, email = (request.form.get(f"{part}-{form.id}", "") for part in _PARTS)
    asked = handed_in(retyped(form.asked, request.form.getlist))
    return replace(form, firstname=firstname, lastname=lastname, email=email, asked=asked)


def _checked(sent: Sent, found: OrderView) -> Sent:
    """Return the form with what can be seen to be wrong before anybody is asked."""
    holders = tuple(_holder_checked(one, is_needed=found.needs_holders) for one in sent.holders)
    unpaid = bool(found.amount.minor) and sent.payment not in {mode for mode, _, _ in _payments(found)}
    payment_error = "Please choose how to pay." if unpaid else None
    billing = sent.billing.checked() if found.amount.minor else sent.billing
    return replace(sent, holders=holders, payment_error=payment_error, billing=billing)


def _refused(sent: Sent, error: DomainError) -> Sent:
    """Return the form with the reason of a refusal beside the field that it is about."""
    place = re.fullmatch(r"/holders/(\d+)/(?:complex-field-values/)?([\w-]+)", error.pointer or "")
    if place is None or int(place[1]) >= len(sent.holders):
        return replace(sent, problem=error.detail)
    holder, name = sent.holders[int(place[1])], place[2].replace("-", "_")
    asked = tuple(replace(one, error=error.detail) if one.field.column == name else one for one in holder.asked)
    marked = replace(holder, asked=asked, errors={name: error.detail} if name in _PARTS else {})
    if not marked.faults:
        return replace(sent, problem=error.detail)
    return replace(sent, holders=tuple(marked if one is holder else one for one in sent.holders))


def _holder_checked(form: HolderForm, *, is_needed: bool) -> HolderForm:
    asked = tuple(one.checked() for one in form.asked)
    return replace(form, errors=_holder_errors(form, is_needed=is_needed), asked=asked)


def _holder_errors(form: HolderForm, *, is_needed: bool) -> dict[str, str]:
    errors: dict[str, str] = {}
    for part, tidy in (("firstname", tidy_text), ("lastname", tidy_text), ("email", tidy_email)):
        try:
            tidy(getattr(form, part), part)
        except InvalidHolder as error:
            errors[part] = error.detail
    if is_needed and not full_name(form.firstname, form.lastname):
        errors.setdefault("firstname", "Whose ticket is this? Please enter a name.")
    if is_needed and not form.email.strip():
        errors.setdefault("email", "Please enter an e-mail address: the ticket is sent there.")
    for part in form.needed:
        if not getattr(form, part).strip():
            errors.setdefault(part, "Please fill this in.")
    return errors


def _form(found: OrderView, sent: Sent, *, status: int = 200) -> Response:
    return _page(
        "orders/checkout.html",
        status=status,
        order=found,
        forms=sent.holders,
        has_files=any(one.field.kind == FILE for holder in sent.holders for one in holder.asked),
        seconds_left=seconds_until(found.expires_at, _now()) if found.expires_at else None,
        payments=_payments(found) if found.amount.minor else (),
        chosen=sent.payment,
        problem=sent.problem,
        faults=sent.faults,
        payment_error=sent.payment_error,
        billing=sent.billing,
        billing_fields=FIELDS,
        billing_needed=BILLING,
    )


def _payments(found: OrderView) -> tuple[tuple[str, str, str], ...]:
    with visit().reading() as db:
        known = configured(visit().shell.services, db)
    online = ((mode, PAYMENTS[mode], "") for mode in found.online if mode in known)
    return (*online, *((one.mode, PAYMENTS[one.mode], one.details) for one in found.payments if one.mode in PAYMENTS))


def show_order(found: OrderView, *, problem: str = "", refund_problem: str = "", status: int = 200) -> Response:
    """Return the page of an order, with a message when something did not go through."""
    theirs = not found.is_buyer and found.may_cancel
    shown = status_at(found.status, found.expires_at, _now())
    with visit().reading() as db:
        mails = deliveries(db, f"order:{found.id}") if found.organizes else []
        subject = subject_of(found.id)
        payments, refunds = (payments_of(db, subject), refunds_of(db, subject)) if found.organizes else ([], [])
        answers = beside_names(answered_by(db, found.event_id, [holder.id for holder in found.holders]))
    return _page(
        "orders/order.html",
        status=status,
        order=found,
        problem=problem,
        mails=mails,
        payments=payments,
        refunds=refunds,
        refund_problem=refund_problem,
        provider_names=PROVIDERS,
        answers=answers,
        may_resend=found.organizes and found.status in SOLD,
        status_shown=shown,
        is_payable=shown == PENDING and found.is_buyer and found.payment_mode in ONLINE,
        step=next((name for name in ("go", "paid") if name in request.args), ""),
        payment_label=PAYMENTS.get(found.payment_mode or "", ""),
        may_complete=theirs and found.status == PLACED,
    )


def _page(template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 -- what the template asks for
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"  # names and addresses: not for the next one at this computer
    return response
