"""Waiting for sold out tickets: the form to join, and one's own entry with what is offered."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.wrappers import Response

from openevent.events.queries import EventPage, event_page
from openevent.kit.errors import DomainError, NotFound
from openevent.orders import actions
from openevent.orders.models import WaitingListEntry
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.coupons import DISCOUNT_AT, Coupon, read_discount
from openevent.orders.queries.typed_codes import has_codes
from openevent.orders.queries.waiting_cards import WaitingCard, waiting_entry
from openevent.orders.rules.states import seconds_until
from openevent.orders.rules.waiting import EXPIRED, EntryNotFound, NothingOffered, most_wanted
from openevent.tickets.queries import offers
from openevent.tickets.rules import Offer
from openevent.web.gate import sign_in_first
from openevent.web.visit import visit

_SEE_OTHER, _CONFLICT, _UNPROCESSABLE = 303, 409, 422
_MOST_DIGITS = 6


class _Typed(Struct, frozen=True):
    """What stands in the form."""

    ticket_ids: tuple[int, ...]
    wanted: str = "1"
    accepts_fewer: bool = False


@blueprint.get("/e/<identifier>/waiting-list")
def ask_to_wait(identifier: str) -> Response:
    """Show the form to join an event's waiting list."""
    event, sold_out = _sold_out(identifier)
    if visit().by.id is None:
        return sign_in_first()
    chosen = tuple(map(int, filter(_is_key, request.args.getlist("ticket"))))
    only = (sold_out[0].id,) if len(sold_out) == 1 else ()
    return _form(event, sold_out, _Typed(chosen or only))


@blueprint.post("/e/<identifier>/waiting-list")
def join(identifier: str) -> Response:
    """Join the waiting list."""
    event, sold_out = _sold_out(identifier)
    if visit().by.id is None:
        return sign_in_first()
    ids = tuple(map(int, filter(_is_key, request.form.getlist("ticket"))))
    number = request.form.get("wanted", "").strip()
    typed = _Typed(ids, number[:_MOST_DIGITS], request.form.get("fewer") == "1")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS else 0
    try:
        with visit().work() as work:
            entry = actions.join_waiting_list(
                work, event.id, ids, wanted, accepts_fewer=typed.accepts_fewer, by=visit().by
            )
    except DomainError as error:
        return _form(event, sold_out, typed, problem=error.detail, status=_UNPROCESSABLE)
    flash("You are on the waiting list. We send you a mail as soon as it is your turn.")
    return redirect(f"/waiting-list/{entry.id}", _SEE_OTHER)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004 -- 64 bit


def _sold_out(identifier: str) -> tuple[EventPage, list[Offer]]:
    """Return an event and those of its ticket types that can be waited for."""
    now = visit().shell.clock.now()
    with visit().reading() as db:
        event = event_page(db, identifier, visit().by)
        if event is None:
            raise NotFound("There is no such event, or it is not published.")
        shown = offers(db, event.id, now) if event.ends_at >= now else []
    return event, [one for one in shown if one.on_sale and one.sold_out]


def _form(
    event: EventPage, sold_out: list[Offer], typed: _Typed, *, problem: str | None = None, status: int = 200
) -> Response:
    most = most_wanted(sold_out) or 1
    page = render_template("orders/wait.html", event=event, offers=sold_out, typed=typed, most=most, problem=problem)
    return make_response(page, status)


@blueprint.get("/waiting-list/<int(max=9223372036854775807):entry_id>")
def show_entry(entry_id: int) -> Response:
    """Show one's own entry: the place in line, or what is offered and until when."""
    if visit().by.id is None:
        return sign_in_first()
    return _entry_page(_own(entry_id))


@blueprint.post("/waiting-list/<int(max=9223372036854775807):entry_id>/take")
def take_offer(entry_id: int) -> Response:
    """Make an order of what is offered, and go on to its checkout."""
    if visit().by.id is None:
        return sign_in_first(f"/waiting-list/{entry_id}")
    coupon = read_discount(_own(entry_id).event_id, request.form)
    if coupon.error:
        return _entry_page(_own(entry_id), coupon=coupon, status=coupon.status)
    discount, goes_on = coupon.stands_for.discount, request.form.get("wait") == "1"
    code = discount.id if discount else None
    try:
        with visit().work() as work:
            order = actions.accept_offer(work, entry_id, goes_on=goes_on, discount_code=code, by=visit().by)
            identifier = order.identifier
    except EntryNotFound:
        raise
    except NothingOffered:
        return _entry_page(_own(entry_id), problem="This offer has run out or was answered.", status=_CONFLICT)
    except DomainError as error:
        if error.pointer == DISCOUNT_AT:
            return _entry_page(_own(entry_id), coupon=replace(coupon, error=error.detail), status=_UNPROCESSABLE)
        return _entry_page(_own(entry_id), problem=error.detail, status=_UNPROCESSABLE)
    return redirect(f"/orders/{identifier}", _SEE_OTHER)


@blueprint.post("/waiting-list/<int(max=9223372036854775807):entry_id>/leave")
def leave(entry_id: int) -> Response:
    """Decline what is offered, or leave the line."""
    if visit().by.id is None:
        return sign_in_first(f"/waiting-list/{entry_id}")
    found = _own(entry_id)
    with visit().work() as work:
        actions.leave_waiting_list(work, work.db.get_one(WaitingListEntry, entry_id), by=visit().by)
    flash(f"You do not wait for {found.event_name} any longer.")
    return redirect("/my-tickets", _SEE_OTHER)


@blueprint.post("/waiting-list/<int(max=9223372036854775807):entry_id>/fewer")
def accept_fewer(entry_id: int) -> Response:
    """Be content with fewer tickets, in the same place."""
    if visit().by.id is None:
        return sign_in_first(f"/waiting-list/{entry_id}")
    _own(entry_id)
    try:
        with visit().work() as work:
            entry = work.db.get_one(WaitingListEntry, entry_id)
            actions.change_wish(work, entry, {"accepts_fewer": True}, by=visit().by)
    except DomainError as error:
        return _entry_page(_own(entry_id), problem=error.detail, status=_CONFLICT)
    return redirect(f"/waiting-list/{entry_id}", _SEE_OTHER)


def _own(entry_id: int) -> WaitingCard:
    with visit().reading() as db:
        found = waiting_entry(db, entry_id, visit().by.id or 0)
    if found is None:
        raise EntryNotFound("There is no such entry, or it belongs to somebody else.")
    return found


def _entry_page(
    found: WaitingCard, *, problem: str | None = None, coupon: Coupon | None = None, status: int = 200
) -> Response:
    now = visit().shell.clock.now()
    left = seconds_until(found.expires_at, now) if found.expires_at else 0
    if found.is_offered and not left:  # the job that ends it comes a moment later
        found = replace(found, state=EXPIRED)
    with visit().reading() as db:
        takes_codes = found.is_offered and (coupon is not None or has_codes(db, found.event_id))
    shown = {"entry": found, "left": left, "problem": problem, "coupon": coupon or Coupon(), "takes_codes": takes_codes}
    response = make_response(render_template("orders/waiting.html", **shown), status)
    response.headers["Cache-Control"] = "no-store"
    return response
