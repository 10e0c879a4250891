"""Choosing tickets: the form, and the order that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import uuid4

from flask import make_response, redirect, render_template, request
from flask.wrappers import Response
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.wrappers import Response as AnyResponse

from openevent.events.queries import EventPage, event_page
from openevent.kit.errors import DomainError, NotFound
from openevent.orders.actions import desk_of
from openevent.orders.pages.blueprint import blueprint
from openevent.orders.pages.coupons import ACCESS_AT, DISCOUNT_AT, Coupon, goes_without, is_news, read_coupon
from openevent.orders.pages.forms import Chosen, chosen, once_of, remembered
from openevent.orders.queries import put_on_top, status_of
from openevent.orders.queries.typed_codes import has_codes
from openevent.orders.rules.amounts import OrderRequest, UnverifiedBuyer
from openevent.orders.rules.states import GONE
from openevent.orders.rules.unfinished import TooManyUnfinished
from openevent.site.queries import order_minutes
from openevent.tickets.queries import offers
from openevent.tickets.rules import Offer
from openevent.web.visit import visit

_CONFIRM = "Please confirm your e-mail address first: open the link that we have sent you, then come back."
_UNPROCESSABLE = 422


class _Sale(Struct, frozen=True):
    """What the page is about: an event, what it offers this visitor, and the code that the visitor has typed."""

    event: EventPage
    offers: list[Offer]
    coupon: Coupon


@blueprint.get("/e/<identifier>/tickets")
def choose(identifier: str) -> Response:
    """Show what can be had, with what an address remembers chosen already, and its code applied."""
    sale = _sale(identifier, request.args)
    return _form(sale, remembered(sale.offers, request.args))


@blueprint.post("/e/<identifier>/tickets")
def take(identifier: str) -> AnyResponse:
    """Make the order; somebody who is not signed in does that first and comes back with the choice kept.

    The same form sent twice is one order: what the second one is refused for, the first may have caused.
    """
    sale = _sale(identifier, request.form)
    once = once_of(request.form.items(multi=True), visit().by.id, sale.event.id)
    answer = _taken(sale, once)
    is_made = answer.status_code == _UNPROCESSABLE and _is_made(once, visit().by.id)
    return redirect(f"/orders/{once}", 303) if is_made else answer


def _is_made(once: str, buyer_id: int | None) -> bool:
    """Tell whether a buyer has the order already, and can still go on with it."""
    if not once or buyer_id is None:
        return False
    with visit().reading() as db:
        return status_of(db, once, _now(), buyer_id=buyer_id) not in (None, *GONE)


def _taken(sale: _Sale, once: str) -> AnyResponse:
    """Make the order. A code that is new is applied first, so that everybody has seen the price that is ordered at."""
    form = chosen(sale.offers, request.form)
    if is_news(sale.coupon, request.form):
        return _applied(sale, form)
    is_without = goes_without(sale.coupon, request.form)
    if sale.coupon.error and not is_without:
        return _form(replace(sale, coupon=sale.coupon.told), form, status=sale.coupon.status)
    if form.is_wrong:
        return _form(sale, form, status=_UNPROCESSABLE)
    if visit().by.id is None:
        return _sign_in_first(sale, form, is_without=is_without)
    return _ordered(sale, form, once, is_without=is_without)


def _applied(sale: _Sale, form: Chosen) -> Response:
    """Show what a code does for what is chosen so far; that nothing is chosen yet is no mistake here."""
    coupon = sale.coupon.checked(form, sale.event.id)
    page = replace(form, problem=None)
    return _form(replace(sale, coupon=coupon), page, status=coupon.status if coupon.error else 200)


def _sign_in_first(sale: _Sale, form: Chosen, *, is_without: bool) -> AnyResponse:
    """Send somebody to sign in, and back to the choice; a code goes along in the address, tied to nobody."""
    code = {"code": sale.coupon.typed} if sale.coupon.typed and not is_without else {}
    back = f"/e/{sale.event.identifier}/tickets?{urlencode({**form.fields, **code})}"
    return redirect(f"/sign-in?next={quote(back, safe='')}", 303)


def _ordered(sale: _Sale, form: Chosen, once: str, *, is_without: bool) -> AnyResponse:
    try:
        order = _order(replace(form.request, once=once), sale.coupon, is_without=is_without)
    except UnverifiedBuyer:
        return _form(sale, replace(form, problem=_CONFIRM), status=_UNPROCESSABLE)
    except TooManyUnfinished as error:
        return _form(sale, replace(form, problem=error.detail), status=_UNPROCESSABLE, has_many=True)
    except DomainError as error:
        if error.pointer in (DISCOUNT_AT, ACCESS_AT):
            return _form(replace(sale, coupon=sale.coupon.failed(error)), form, status=_UNPROCESSABLE)
        ticket_id = getattr(error, "ticket_id", None)
        return _form(
            sale, form.refused(error.detail, pointer=error.pointer, ticket_id=ticket_id), status=_UNPROCESSABLE
        )
    return redirect(f"/orders/{order}", 303)


def _order(wanted: OrderRequest, coupon: Coupon, *, is_without: bool) -> str:
    """Make the order with the code; without its discount only for somebody who has agreed to that."""
    desk = desk_of(visit().shell)
    named = coupon.named_in(wanted)
    try:
        return desk.order(named, visit().by)
    except DomainError as error:
        if not is_without or error.pointer != DISCOUNT_AT:
            raise
    return desk.order(replace(named, discount_code=None), visit().by)


def _sale(identifier: str, fields: Mapping[str, str]) -> _Sale:
    now = _now()
    with visit().reading() as db:
        event = event_page(db, identifier, visit().by)
    if event is None:
        raise NotFound("There is no such event, or it is not published.")
    coupon = read_coupon(event.id, fields)
    with visit().reading() as db:
        shown = offers(db, event.id, now, opened=coupon.stands_for.opened) if event.ends_at >= now else []
    return _Sale(event, shown, coupon)


def _now() -> datetime:
    return visit().shell.clock.now()


def _form(sale: _Sale, form: Chosen, *, status: int = 200, has_many: bool = False) -> Response:
    """Show the form. `has_many`: the visitor has begun many orders, and is led to them."""
    with visit().reading() as db:
        minutes = order_minutes(db, visit().services.site.order_minutes)
        on_top = put_on_top(db, [choice.offer.id for choice in form.choices], _now())
        takes_codes = bool(sale.coupon.typed) or (sale.event.ends_at >= _now() and has_codes(db, sale.event.id))
    page = render_template(
        "orders/choose.html",
        event=sale.event,
        choices=form.choices,
        problem=form.problem,
        has_many=has_many,
        coupon=sale.coupon,
        takes_codes=takes_codes,
        on_top=on_top,
        can_buy=any(choice.offer.on_sale and not choice.offer.sold_out for choice in form.choices),
        minutes=minutes,
        once=uuid4(),
        now=_now(),
    )
    return make_response(page, status)
