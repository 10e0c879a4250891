"""FACE: the play bank's page, on which play money is paid or not."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from openevent.kit.money import Money
from openevent.payments.actions.playing import open_book, play
from openevent.payments.providers.play import CHOICES
from openevent.web.visit import visit

_SEE_OTHER = 303
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
