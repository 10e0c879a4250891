"""What organizers do about the mails of an order: send the confirmation once more, retry what has failed."""

from __future__ import annotations

from flask import flash, make_response, redirect, request
from werkzeug.wrappers import Response

from openevent.events.roles import COORGANIZER
from openevent.kit.errors import Forbidden, TooManyRequests
from openevent.orders import actions
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.checkout import show_order
from openevent.orders.pages.finding import order_of_visitor
from openevent.orders.pages.sales import show_ledger
from openevent.orders.queries import OrderView, passes
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_SEE_OTHER, _TOO_MANY, _CONFLICT = 303, 429, 409


@blueprint.post("/orders/<identifier>/resend")
def resend(identifier: str) -> Response:
    """Send the mails of an order once more."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    try:
        with visit().work() as work:
            actions.resend_for(work, found.identifier, by=visit().by)
    except TooManyRequests as refusal:
        return _wait(found, refusal.retry_after or 60)
    flash(f"The confirmation of order {found.number} is on its way again.")
    return redirect(_back(found), _SEE_OTHER)


@blueprint.post("/orders/<identifier>/mails/<int(max=9223372036854775807):mail_id>/retry")
def retry_mail(identifier: str, mail_id: int) -> Response:
    """Try once more to send a mail that was given up."""
    if visit().by.id is None:
        return sign_in_first()
    found = order_of_visitor(identifier)
    try:
        with visit().work() as work:
            if not passes(work.db, COORGANIZER, visit().by, found.id):
                raise Forbidden("Only people who organize this event can do this.")
            actions.retry_mail(work, found.id, mail_id, by=visit().by)
    except actions.NothingToRetry as refusal:
        return show_order(found, problem=refusal.detail, status=_CONFLICT)
    flash("The mail is queued again.")
    return redirect(_back(found), _SEE_OTHER)


def _wait(found: OrderView, seconds: int) -> Response:
    unit = "second" if seconds == 1 else "seconds"
    said = (
        f"You have sent {actions.MOST_RESENT} confirmations within a minute, which is as many as go. "
        f"Please wait {seconds} {unit}, then try again."
    )
    response = (
        make_response(show_ledger(found.event_identifier, problem=said), _TOO_MANY)
        if _is_from_ledger()
        else show_order(found, problem=said, status=_TOO_MANY)
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _back(found: OrderView) -> str:
    return f"/events/{found.event_identifier}/orders" if _is_from_ledger() else f"/orders/{found.identifier}"


def _is_from_ledger() -> bool:
    return request.form.get("next") == "orders"
