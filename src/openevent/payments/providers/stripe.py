"""Stripe: PaymentIntents, Checkout sessions, refunds and webhooks, as https://docs.stripe.com/api describes them.

Requests are form-encoded, answers JSON. Every POST carries an Idempotency-Key that derives from the payment or the
refund. An organizer's own account is named in `Stripe-Account` (direct charges). No card ever comes here: a client
sends a token or the name of a payment method.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from openevent.kit.errors import Invalid
from openevent.kit.money import Money
from openevent.kit.outbound import Answer
from openevent.kit.services import Services
from openevent.payments.providers.reading import (
    AmountNotPayable,
    NoticeForged,
    good,
    inside,
    objects,
    parsed,
    text,
    whole,
)
from openevent.payments.rules.asking import Ask, Notice, RefundAsk, RefundSeen, Returned, ReturnsAsk, Seen
from openevent.payments.rules.signatures import is_signed_by_stripe
from openevent.payments.rules.states import DISPUTE, FAILED, OPEN, REFUND, REQUESTED, SETTLED

VERSION = "2024-06-20"  # of the API: answers keep their form whatever the account's own version is
_INTENT = {"expand[]": "latest_charge.balance_transaction"}
_SESSION = {"expand[]": "payment_intent.latest_charge.balance_transaction"}
_BAD_REQUEST, _DECLINED, _NOT_FOUND = 400, 402, 404
_TO_TRY_AGAIN = ("balance_insufficient", "lock_timeout", "idempotency_key_in_use", "rate_limit")
_NOT_PAYABLE = ("amount_too_small", "amount_too_large")
_UNDECIDED = ("needs_response", "under_review")
_MOST_PAGES = 10  # of refunds of one payment, a hundred each
_HUNDREDFOLD = ("ISK",)  # without decimals everywhere but here


class StripeTokenRefused(Invalid):
    """Stripe does not know the token, or has used it already."""

    code = "stripe-token-refused"


class Stripe:
    """The installation's account at Stripe, and those that organizers have joined to it."""

    def __init__(self, services: Services, now: datetime) -> None:
        self._outbound = services.outbound
        self._platform = services.stripe
        self._now = now

    def begin(self, ask: Ask) -> Seen:
        """Make an intent, or a page to pay on; what is known already is looked up."""
        if ask.reference:
            return self.look(ask)
        path, form = _session(ask) if ask.is_hosted else _intent(ask)
        answer = self._call("POST", path, ask.account, form=form, key=f"{ask.key}-begin")
        if answer.status == _BAD_REQUEST and text(_error(answer), "code") in _NOT_PAYABLE:
            raise AmountNotPayable(_reason(answer) or f"Stripe does not take {ask.amount}.")
        return self._seen(good(answer))

    def confirm(self, ask: Ask, token: Mapping[str, str]) -> Seen:
        """Charge a token or a payment method; a declined card leaves the payment open, for another one."""
        given = token.get("token", "")
        if not given or ask.is_hosted:
            raise StripeTokenRefused("stripe token is missing", pointer="stripe_token_id")
        form = {**_method(given), "return_url": ask.back or self._platform.api_url, **_INTENT}
        key = f"{ask.key}-confirm-{hashlib.sha256(given.encode()).hexdigest()[:16]}"
        answer = self._call("POST", f"{_named(ask)}/confirm", ask.account, form=form, key=key)
        if answer.status == _DECLINED:
            return Seen(OPEN, ask.reference, fault=_reason(answer) or "declined")
        if answer.status == _BAD_REQUEST:
            return self._after_refusal(ask, answer)
        return self._seen(good(answer))

    def _after_refusal(self, ask: Ask, answer: Answer) -> Seen:
        """Tell an intent that was paid before from a token that is none."""
        seen = self.look(ask)
        if seen.state == OPEN:
            raise StripeTokenRefused(_reason(answer) or "Stripe does not take this token.", pointer="stripe_token_id")
        return seen

    def look(self, ask: Ask) -> Seen:
        """Ask how it stands."""
        if not ask.reference:
            return Seen(OPEN, "")
        params = _SESSION if ask.is_hosted else _INTENT
        return self._seen(good(self._call("GET", _named(ask), ask.account, params=params)))

    def cancel(self, ask: Ask) -> Seen:
        """See to it that nobody can pay any more; Stripe refuses when somebody has paid, or it was over before."""
        verb = "expire" if ask.is_hosted else "cancel"
        answer = self._call("POST", f"{_named(ask)}/{verb}", ask.account, form={}, key=f"{ask.key}-{verb}")
        return self.look(ask) if answer.status == _BAD_REQUEST else self._seen(good(answer))

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """Give back; asked for again after a while, it is looked for first, for keys are not remembered for ever."""
        known = self._known_refund(ask)
        if known is not None:
            return _refund_seen(known)
        form = {"payment_intent": ask.capture, "amount": str(_units(ask.amount)), "metadata[refund]": ask.key}
        answer = self._call("POST", "/v1/refunds", ask.account, form=form, key=ask.key)
        if answer.status in (_BAD_REQUEST, _DECLINED):
            is_passing = text(_error(answer), "code") in _TO_TRY_AGAIN
            return RefundSeen(REQUESTED if is_passing else FAILED, fault=_reason(answer))
        return _refund_seen(good(answer))

    def _known_refund(self, ask: RefundAsk) -> dict[str, Any] | None:
        if ask.reference:
            return good(self._call("GET", f"/v1/refunds/{quote(ask.reference, safe='')}", ask.account))
        if not ask.is_repeated:
            return None
        params = {"payment_intent": ask.capture, "limit": "100"}
        found = objects(good(self._call("GET", "/v1/refunds", ask.account, params=params)), "data")
        return next((one for one in found if text(inside(one, "metadata"), "refund") == ask.key), None)

    def returns(self, ask: ReturnsAsk) -> Sequence[Returned]:
        """List refunds and disputes of a payment, those made in the dashboard among them."""
        refunds = [_refund_returned(one) for one in self._listed("/v1/refunds", ask)]
        return [*refunds, *(_dispute_returned(one) for one in self._listed("/v1/disputes", ask))]

    def _listed(self, path: str, ask: ReturnsAsk) -> Iterator[dict[str, Any]]:
        params = {"payment_intent": ask.capture, "limit": "100"}
        for _ in range(_MOST_PAGES):
            page = good(self._call("GET", path, ask.account, params=params))
            found = objects(page, "data")
            yield from found
            if page.get("has_more") is not True or not found:
                return
            params = {**params, "starting_after": text(found[-1], "id")}

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a webhook says; raises NoticeForged for a signature that is not Stripe's, or an old one."""
        signature = headers.get("stripe-signature", "")
        secrets = self._platform.webhook_secret.split()  # own account and joined ones have each their own at Stripe
        if not any(is_signed_by_stripe(one, signature, body, self._now) for one in secrets):
            raise NoticeForged("This is not signed by Stripe.")
        said = parsed(body)
        about = inside(said, "data", "object")
        names = (text(about, name) for name in ("id", "payment_intent", "charge"))
        return Notice(text(said, "id"), text(said, "type"), tuple(name for name in names if name))

    def _call(
        self,
        method: str,
        path: str,
        account: str,
        *,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._platform.secret_key}", "Stripe-Version": VERSION}
        if account:
            headers["Stripe-Account"] = account
        if key:
            headers["Idempotency-Key"] = key
        url = f"{self._platform.api_url}{path}"
        return self._outbound.call(method, url, form=form, params=params, headers=headers)

    def _seen(self, said: Mapping[str, Any]) -> Seen:
        key = self._platform.publishable_key
        return _of_session(said, key) if text(said, "object") == "checkout.session" else _of_intent(said, key)


def _intent(ask: Ask) -> tuple[str, dict[str, str]]:
    form = {
        "amount": str(_units(ask.amount)),
        "currency": ask.amount.currency.lower(),
        "automatic_payment_methods[enabled]": "true",
        "metadata[payment]": ask.key,
    }
    return "/v1/payment_intents", form | ({"description": ask.label} if ask.label else {})


def _session(ask: Ask) -> tuple[str, dict[str, str]]:
    line = "line_items[0]"
    return "/v1/checkout/sessions", {
        "mode": "payment",
        "success_url": ask.back,
        "cancel_url": ask.back,
        "client_reference_id": ask.key,
        "payment_intent_data[metadata][payment]": ask.key,
        f"{line}[quantity]": "1",
        f"{line}[price_data][currency]": ask.amount.currency.lower(),
        f"{line}[price_data][unit_amount]": str(_units(ask.amount)),
        f"{line}[price_data][product_data][name]": ask.label or "Order",
    }


def _method(given: str) -> dict[str, str]:
    if given.startswith("pm_"):
        return {"payment_method": given}
    return {"payment_method_data[type]": "card", "payment_method_data[card][token]": given}


def _named(ask: Ask) -> str:
    place = "checkout/sessions" if ask.is_hosted else "payment_intents"
    return f"/v1/{place}/{quote(ask.reference, safe='')}"


def _of_intent(said: Mapping[str, Any], publishable_key: str) -> Seen:
    reference, status, charge = text(said, "id"), text(said, "status"), inside(said, "latest_charge")
    if status == "succeeded":
        return _paid(reference, said, charge)
    if status == "canceled":
        return Seen(FAILED, reference, fault=text(said, "cancellation_reason") or "canceled")
    return Seen(
        OPEN,
        reference,
        fault=text(inside(said, "last_payment_error"), "message"),
        needs_action=status == "requires_action",
        is_under_way=status == "processing",
        url=text(inside(said, "next_action", "redirect_to_url"), "url"),
        client_secret=text(said, "client_secret"),
        publishable_key=publishable_key,
    )


def _paid(reference: str, said: Mapping[str, Any], charge: Mapping[str, Any]) -> Seen:
    card = inside(charge, "payment_method_details", "card")
    return Seen(
        SETTLED,
        reference,
        received=_money(whole(said, "amount_received"), text(said, "currency")),
        capture=text(said, "id"),
        fee=_fee(inside(charge, "balance_transaction")),
        payer=text(inside(charge, "billing_details"), "email") or text(said, "receipt_email"),
        brand=text(card, "brand"),
        last4=text(card, "last4"),
        exp_month=text(card, "exp_month"),
        exp_year=text(card, "exp_year"),
    )


def _of_session(said: Mapping[str, Any], publishable_key: str) -> Seen:
    reference, intent = text(said, "id"), inside(said, "payment_intent")
    if text(said, "payment_status") == "paid":
        return _paid(reference, intent, inside(intent, "latest_charge"))
    if text(said, "status") == "expired":
        return Seen(FAILED, reference, fault="expired")
    is_done = text(said, "status") == "complete"  # a debit that the bank has still to make
    url, key = text(said, "url"), publishable_key
    return Seen(OPEN, reference, needs_action=not is_done, is_under_way=is_done, url=url, publishable_key=key)


def _refund_seen(said: Mapping[str, Any]) -> RefundSeen:
    status, reference = text(said, "status"), text(said, "id")
    if status == "succeeded":
        return RefundSeen(SETTLED, reference)
    if status in ("failed", "canceled"):
        return RefundSeen(FAILED, reference, text(said, "failure_reason") or status)
    return RefundSeen(REQUESTED, reference)


def _refund_returned(said: Mapping[str, Any]) -> Returned:
    seen = _refund_seen(said)
    amount, key = _money(whole(said, "amount"), text(said, "currency")), text(inside(said, "metadata"), "refund")
    return Returned(REFUND, seen.reference, seen.state, amount, key=key, fault=seen.fault)


def _dispute_returned(said: Mapping[str, Any]) -> Returned:
    """Read a dispute. One that goes on has taken the money already; a warning has not, and is the bank's question."""
    status, moved = text(said, "status"), objects(said, "balance_transactions")
    is_undecided = status in _UNDECIDED
    state = SETTLED if is_undecided or status == "lost" else FAILED
    fee = _fee(moved[0]) if moved else None
    amount = _money(whole(said, "amount"), text(said, "currency"))
    return Returned(DISPUTE, text(said, "id"), state, amount, fault=status, is_undecided=is_undecided, fee=fee)


def _units(amount: Money) -> int:
    return amount.minor * 100 if amount.currency in _HUNDREDFOLD else amount.minor


def _money(units: int | None, currency: str) -> Money | None:
    if units is None or not currency:
        return None
    name = currency.upper()
    return Money(units // 100 if name in _HUNDREDFOLD else units, name)


def _fee(transaction: Mapping[str, Any]) -> Money | None:
    return _money(whole(transaction, "fee"), text(transaction, "currency"))


def _error(answer: Answer) -> dict[str, Any]:
    return inside(parsed(answer.body), "error")


def _reason(answer: Answer) -> str:
    return text(_error(answer), "message")
