"""PayPal: Orders v2, captures, refunds and webhooks, as https://developer.paypal.com/docs/api describes them.

An order is made, its buyer approves it at PayPal, and then it is captured: only that moves money, and it can be done
once. Every POST carries a PayPal-Request-Id that derives from the payment or the refund; PayPal knows it for 45 days.
"""

from __future__ import annotations

import base64
import json as json_codec
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
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
from openevent.payments.rules.states import DISPUTE, FAILED, OPEN, REFUND, REQUESTED, SETTLED

_UNAUTHORIZED, _UNPROCESSABLE = 401, 422
_NOT_ALLOWED = (401, 403, 404)
_LOST = ("RESOLVED_BUYER_FAVOUR", "ACCEPTED")
_WHOLE_ONLY = ("HUF", "TWD", "JPY")  # PayPal takes no decimals of these
_NOT_PAYABLE = ("CURRENCY_NOT_SUPPORTED", "DECIMAL_PRECISION", "MAX_VALUE_EXCEEDED", "CANNOT_BE_ZERO_OR_NEGATIVE")
_EARLY = timedelta(minutes=1)  # a token is renewed before it ends
_CAME_IN = ("COMPLETED", "REFUNDED", "PARTIALLY_REFUNDED")
_NEVER = ("DECLINED", "FAILED")
_SIGNED = {  # PayPal's header, and what the check calls it
    "paypal-auth-algo": "auth_algo",
    "paypal-cert-url": "cert_url",
    "paypal-transmission-id": "transmission_id",
    "paypal-transmission-sig": "transmission_sig",
    "paypal-transmission-time": "transmission_time",
}


class PaypalPaymentRefused(Invalid):
    """The payment that PayPal is to be asked about is not the one that was started here."""

    code = "paypal-payment-refused"


class Paypal:
    """The installation's application at PayPal; the money goes to the organizer's address where there is one."""

    def __init__(self, services: Services, now: datetime) -> None:
        self._outbound = services.outbound
        self._platform = services.paypal
        self._now = now

    def begin(self, ask: Ask) -> Seen:
        """Make an order; what is known already is looked up."""
        if ask.reference:
            return _seen(self._order(ask))
        answer = self._call("POST", "/v2/checkout/orders", json=_order(ask), key=f"{ask.key}-begin")
        if answer.status == _UNPROCESSABLE and _issue(answer) in _NOT_PAYABLE:
            raise AmountNotPayable(f"PayPal does not take {ask.amount}.")
        return _seen(good(answer))

    def confirm(self, ask: Ask, token: Mapping[str, str]) -> Seen:
        """Capture what the buyer has approved: it has to be the order that was made for this payment."""
        if token.get("payment_id") != ask.reference:
            pointer = "/data/attributes/paypal-payment-id"
            raise PaypalPaymentRefused("This is not the PayPal payment of this order.", pointer=pointer)
        return self._captured(ask)

    def look(self, ask: Ask) -> Seen:
        """Ask how it stands; what the buyer has approved is captured."""
        if not ask.reference:
            return Seen(OPEN, "")
        said = self._order(ask)
        return self._captured(ask) if text(said, "status") == "APPROVED" else _seen(said)

    def cancel(self, ask: Ask) -> Seen:
        """Ask whether it was captured before; an order that is not captured costs nobody anything."""
        return _seen(self._order(ask))

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """Give back, or ask how that stands."""
        if ask.reference:
            path = f"/v2/payments/refunds/{quote(ask.reference, safe='')}"
            return _refund_seen(good(self._call("GET", path, merchant=ask.account)))
        path = f"/v2/payments/captures/{quote(ask.capture, safe='')}/refund"
        try:
            asked = {"amount": _amount(ask.amount), "custom_id": ask.key}
        except AmountNotPayable as error:  # however often it is asked for
            return RefundSeen(FAILED, fault=error.detail)
        answer = self._call("POST", path, json=asked, key=ask.key, merchant=ask.account)
        if answer.status == _UNPROCESSABLE:
            issue = _issue(answer)
            return RefundSeen(REQUESTED if "INSUFFICIENT" in issue else FAILED, fault=issue)
        return _refund_seen(good(answer))

    def returns(self, ask: ReturnsAsk) -> Sequence[Returned]:
        """List refunds of a captured order and disputes about it, those made at PayPal's own pages among them."""
        said = good(self._call("GET", f"/v2/checkout/orders/{quote(ask.reference, safe='')}"))
        units = objects(said, "purchase_units")
        refunds = [one for unit in units for one in objects(inside(unit, "payments"), "refunds")]
        return [*(_refund_returned(one) for one in refunds), *self._disputes(ask)]

    def _disputes(self, ask: ReturnsAsk) -> Iterator[Returned]:
        """List disputes past the stage in which buyer and seller talk; none where the application may not see them."""
        params = {"disputed_transaction_id": ask.capture}
        answer = self._call("GET", "/v1/customer/disputes", params=params, merchant=ask.account)
        if answer.status in _NOT_ALLOWED:
            return
        for one in objects(good(answer), "items"):
            path = f"/v1/customer/disputes/{quote(text(one, 'dispute_id'), safe='')}"
            found = good(self._call("GET", path, merchant=ask.account))
            if text(found, "dispute_life_cycle_stage") != "INQUIRY":
                yield _dispute_returned(found)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a webhook says, once PayPal has said that it is its own; raises NoticeForged."""
        said = parsed(body)
        signed = {name: headers.get(header, "") for header, name in _SIGNED.items()}
        if not said or not all(signed.values()) or not self._platform.webhook_id:
            raise NoticeForged("This is not signed by PayPal.")
        asked = json_codec.dumps({**signed, "webhook_id": self._platform.webhook_id}).encode()
        content = asked[:-1] + b', "webhook_event": ' + body + b"}"  # to the letter: it is what was signed
        answer = good(self._call("POST", "/v1/notifications/verify-webhook-signature", content=content))
        if text(answer, "verification_status") != "SUCCESS":
            raise NoticeForged("This is not signed by PayPal.")
        about = inside(said, "resource")
        related = inside(about, "supplementary_data", "related_ids")
        disputed = (text(one, "seller_transaction_id") for one in objects(about, "disputed_transactions"))
        above = (text(link, "href") for link in objects(about, "links") if text(link, "rel") == "up")
        names = (
            text(about, "id"),
            text(about, "dispute_id"),
            text(related, "order_id"),
            text(related, "capture_id"),
            *disputed,
        )
        names = (*names, *(href.rpartition("/")[2] for href in above))
        return Notice(text(said, "id"), text(said, "event_type"), tuple(name for name in names if name))

    def _order(self, ask: Ask) -> dict[str, Any]:
        return good(self._call("GET", f"/v2/checkout/orders/{quote(ask.reference, safe='')}"))

    def _captured(self, ask: Ask) -> Seen:
        path = f"/v2/checkout/orders/{quote(ask.reference, safe='')}/capture"
        answer = self._call("POST", path, json={}, key=f"{ask.key}-capture")
        if answer.status == _UNPROCESSABLE:
            issue = _issue(answer)
            seen = _seen(self._order(ask))
            return seen if issue == "ORDER_ALREADY_CAPTURED" else Seen(OPEN, ask.reference, fault=issue, url=seen.url)
        return _seen(good(answer))

    def _call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        key: str = "",
        merchant: str = "",
    ) -> Answer:
        url = f"{self._platform.api_url}{path}"
        for is_last in (False, True):
            headers = self._headers(key, merchant, is_raw=content is not None)
            answer = self._outbound.call(method, url, json=json, params=params, content=content, headers=headers)
            if is_last or answer.status != _UNAUTHORIZED:
                break
            self._platform.tokens.clear()  # the token was taken back before its time
        return answer

    def _headers(self, key: str, merchant: str, *, is_raw: bool) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token()}", "Prefer": "return=representation"}
        if is_raw:
            headers["Content-Type"] = "application/json"
        if key:
            headers["PayPal-Request-Id"] = key
        if merchant:
            headers["PayPal-Auth-Assertion"] = _assertion(self._platform.client_id, merchant)
        return headers

    def _token(self) -> str:
        name = f"{self._platform.api_url} {self._platform.client_id}"
        found, ends = self._platform.tokens.get(name, ("", self._now))
        if found and ends > self._now:
            return found
        pair = base64.b64encode(f"{self._platform.client_id}:{self._platform.secret}".encode()).decode()
        said = good(
            self._outbound.call(
                "POST",
                f"{self._platform.api_url}/v1/oauth2/token",
                form={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {pair}"},
            )
        )
        token, seconds = text(said, "access_token"), whole(said, "expires_in") or 0
        self._platform.tokens[name] = token, self._now + timedelta(seconds=seconds) - _EARLY
        return token


def _order(ask: Ask) -> dict[str, Any]:
    unit: dict[str, Any] = {"custom_id": ask.key, "amount": _amount(ask.amount)}
    if ask.label:
        unit["description"] = ask.label
    if ask.account:
        unit["payee"] = {"email_address": ask.account}
    context = {"user_action": "PAY_NOW", "shipping_preference": "NO_SHIPPING"}
    if ask.back:
        context |= {"return_url": ask.back, "cancel_url": ask.back}
    source = {"paypal": {"experience_context": context}}
    return {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": source}


def _seen(said: Mapping[str, Any]) -> Seen:
    reference, status = text(said, "id"), text(said, "status")
    captures = [
        one for unit in objects(said, "purchase_units") for one in objects(inside(unit, "payments"), "captures")
    ]
    came_in = [one for one in captures if text(one, "status") in _CAME_IN]
    if came_in:
        return _paid(reference, said, came_in)
    if status == "VOIDED" or (captures and all(text(one, "status") in _NEVER for one in captures)):
        return Seen(FAILED, reference, fault=(status if not captures else text(captures[0], "status")).lower())
    rels = {text(link, "rel"): text(link, "href") for link in objects(said, "links")}
    url = rels.get("payer-action") or rels.get("approve", "")
    is_waiting = status in ("CREATED", "PAYER_ACTION_REQUIRED", "SAVED")
    url = url if is_waiting else ""
    return Seen(OPEN, reference, needs_action=is_waiting, is_under_way=bool(captures), url=url)


def _paid(reference: str, said: Mapping[str, Any], captures: list[dict[str, Any]]) -> Seen:
    first = captures[0]
    received = [_money(inside(one, "amount")) for one in captures]
    return Seen(
        SETTLED,
        reference,
        received=received[0] if len(received) == 1 else None,
        capture=text(first, "id"),
        fee=_money(inside(first, "seller_receivable_breakdown", "paypal_fee")),
        payer=text(inside(said, "payer"), "email_address"),
        brand="paypal",
    )


def _refund_seen(said: Mapping[str, Any]) -> RefundSeen:
    status, reference = text(said, "status"), text(said, "id")
    if status == "COMPLETED":
        return RefundSeen(SETTLED, reference)
    if status in ("FAILED", "CANCELLED"):
        return RefundSeen(FAILED, reference, text(inside(said, "status_details"), "reason") or status.lower())
    return RefundSeen(REQUESTED, reference)


def _refund_returned(said: Mapping[str, Any]) -> Returned:
    seen, amount = _refund_seen(said), _money(inside(said, "amount"))
    return Returned(REFUND, seen.reference, seen.state, amount, key=text(said, "custom_id"), fault=seen.fault)


def _dispute_returned(said: Mapping[str, Any]) -> Returned:
    """Read a dispute: while it goes on PayPal keeps the money back; it is gone when the buyer is right."""
    outcome = inside(said, "dispute_outcome")
    code, reference = text(outcome, "outcome_code"), text(said, "dispute_id")
    amount = _money(inside(said, "dispute_amount"))
    if text(said, "status") != "RESOLVED":
        return Returned(DISPUTE, reference, REQUESTED, amount, is_undecided=True)
    if code not in _LOST:
        return Returned(DISPUTE, reference, FAILED, amount, fault=code.lower() or "won")
    lost = _money(inside(outcome, "amount_refunded")) or amount
    return Returned(DISPUTE, reference, SETTLED, lost, fault=code.lower())


def _amount(amount: Money) -> dict[str, str]:
    value = amount.decimal
    if amount.currency in _WHOLE_ONLY:
        if value != value.to_integral_value():
            raise AmountNotPayable(f"PayPal takes whole {amount.currency} only.")
        value = value.quantize(Decimal(1))
    return {"currency_code": amount.currency, "value": str(value)}


def _money(said: Mapping[str, Any]) -> Money | None:
    try:
        return Money.of(Decimal(text(said, "value")), text(said, "currency_code"))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _assertion(client_id: str, email: str) -> str:
    """Return the unsigned token that says on whose behalf an application acts (PayPal-Auth-Assertion)."""
    parts = ({"alg": "none"}, {"iss": client_id, "email": email})
    return (
        ".".join(base64.urlsafe_b64encode(json_codec.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."
    )


def _issue(answer: Answer) -> str:
    said = parsed(answer.body)
    return next((text(one, "issue") for one in objects(said, "details")), "") or text(said, "name") or "refused"
