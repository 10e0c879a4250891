"""PayPal as a local server: tokens, Orders v2, captures, refunds, and the check of notices."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from gateways.server import same_request
from remote import Asked, Told

CLIENT, SECRET, WEBHOOK = "client-of-the-platform", "secret-of-the-platform", "WH-1"
_TRANSMISSION = "good signature"
_LOST = ("RESOLVED_BUYER_FAVOUR", "ACCEPTED")


@dataclass
class FakePaypal:
    """Books of one application."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    captures: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    sees_disputes: bool = True  # whether the application was given that feature
    remembered: dict[str, tuple[Any, Told]] = field(default_factory=dict)
    capture_answer: str = "COMPLETED"  # or PENDING, DECLINED, or an issue
    refund_answer: str = "COMPLETED"  # or PENDING, FAILED, or an issue
    order_answer: str = ""  # an issue, when it makes no orders
    capture_value: str | None = None  # when another amount is captured than was asked for
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # kinds and resources of notices
    number: Any = field(default_factory=lambda: count(1))

    def approve(self, reference: str) -> None:
        """Let the buyer say yes on PayPal's page."""
        if self.orders[reference]["status"] != "COMPLETED":
            self.orders[reference]["status"] = "APPROVED"

    pay = approve

    def end_refund(self, reference: str, status: str) -> None:
        """Let a bank say what came of a refund."""
        row = self.refunds[reference]
        row["status"] = status
        if status != "FAILED":
            row.pop("status_details", None)
        self.told.append(("PAYMENT.CAPTURE.REFUNDED" if status == "COMPLETED" else "PAYMENT.REFUND.FAILED", {**row}))

    def refund_by_hand(self, reference: str, value: str, status: str = "COMPLETED") -> str:
        """Give money back on PayPal's own pages; `reference` is of the order."""
        capture = self.orders[reference]["purchase_units"][0]["payments"]["captures"][0]
        amount = {"currency_code": capture["amount"]["currency_code"], "value": value}
        return self._refunded(capture, {"amount": amount}, status)["id"]

    def dispute(self, reference: str, value: str, stage: str = "CHARGEBACK") -> str:
        """Let a buyer dispute a payment."""
        capture = self.orders[reference]["purchase_units"][0]["payments"]["captures"][0]
        name = f"PP-D-{next(self.number)}"
        self.disputes[name] = {
            "dispute_id": name,
            "status": "UNDER_REVIEW",
            "dispute_life_cycle_stage": stage,
            "reason": "UNAUTHORISED",
            "dispute_amount": {"currency_code": capture["amount"]["currency_code"], "value": value},
            "disputed_transactions": [{"seller_transaction_id": capture["id"]}],
        }
        self.told.append(("CUSTOMER.DISPUTE.CREATED", {**self.disputes[name]}))
        return name

    def end_dispute(self, name: str, code: str, value: str | None = None) -> None:
        """Let PayPal decide."""
        row = self.disputes[name]
        outcome: dict[str, Any] = {"outcome_code": code}
        if value is not None:
            outcome["amount_refunded"] = {**row["dispute_amount"], "value": value}
        row |= {"status": "RESOLVED", "dispute_outcome": outcome}
        self.told.append(("CUSTOMER.DISPUTE.RESOLVED", {**row}))

    @property
    def disputed(self) -> int:
        """All the money that buyers were given back because they were right."""
        return sum(_minor(_taken(one)) for one in self.disputes.values() if _is_lost(one))

    def left(self, capture_id: str) -> int:
        """What can still go back of a capture, in minor units."""
        capture = self.captures[capture_id]
        ours = [one for one in self.refunds.values() if one["links"][0]["href"].endswith(f"/{capture_id}")]
        back = sum(_minor(one["amount"]) for one in ours if one["status"] in ("COMPLETED", "PENDING"))
        disputes = [one for one in self.disputes.values() if self._is_about(one, capture)]
        taken = sum(_minor(_taken(one)) for one in disputes if one["status"] != "RESOLVED" or _is_lost(one))
        return _minor(capture["amount"]) - back - taken

    def _is_about(self, dispute: dict[str, Any], capture: dict[str, Any]) -> bool:
        return dispute["disputed_transactions"][0]["seller_transaction_id"] == capture["id"]

    @property
    def received(self) -> int:
        """All the money that came in, in minor units."""
        return sum(_minor(one["amount"]) for one in self.captures.values() if one["status"] == "COMPLETED")

    @property
    def returned(self) -> int:
        """All the money that went back."""
        return sum(_minor(one["amount"]) for one in self.refunds.values() if one["status"] == "COMPLETED")

    def notice(self, kind: str, resource: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A notice as it is sent: body and headers."""
        body = json.dumps({"id": f"WH-{next(self.number)}", "event_type": kind, "resource": resource}).encode()
        return body, {
            "PayPal-Auth-Algo": "SHA256withRSA",
            "PayPal-Cert-Url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
            "PayPal-Transmission-Id": "t-1",
            "PayPal-Transmission-Sig": _TRANSMISSION,
            "PayPal-Transmission-Time": "2026-03-01T12:00:00Z",
        }

    def answer(self, asked: Asked) -> Told:  # noqa: PLR0911 -- one line a route
        if asked.path == "/v1/oauth2/token":
            return self._token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Told({"name": "AUTHENTICATION_FAILURE"}, 401)
        if asked.path.endswith("verify-webhook-signature"):
            said = asked.json
            is_good = (said["webhook_id"], said["transmission_sig"]) == (WEBHOOK, _TRANSMISSION)
            return Told({"verification_status": "SUCCESS" if is_good else "FAILURE"})
        parts = asked.path.split("/")[2:]
        if parts[:2] == ["customer", "disputes"]:
            return self._dispute(parts[2:], asked)
        if asked.method == "GET":
            row = {"orders": self.orders, "refunds": self.refunds}[parts[1]].get(parts[2])
            return Told(row) if row else _error(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
        key = asked.headers.get("paypal-request-id", "")
        assert key, "every POST carries a key"
        if key in self.remembered:
            request, told = self.remembered[key]
            assert request == same_request(asked), "the same key for something else"
            return told
        told = self._post(parts, asked)
        if told.status < 400:  # what was refused may be asked for again
            self.remembered[key] = same_request(asked), told
        return told

    def _token(self, asked: Asked) -> Told:
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Told({"error": "invalid_client"}, 401)
        token = f"A21AA{next(self.number)}"
        self.tokens.add(token)
        return Told({"access_token": token, "token_type": "Bearer", "expires_in": 32400})

    def _post(self, parts: list[str], asked: Asked) -> Told:
        match parts:
            case ["checkout", "orders"]:
                return self._order(asked.json)
            case ["checkout", "orders", reference, "capture"]:
                return self._capture(self.orders[reference])
            case ["payments", "captures", reference, "refund"]:
                return self._refund(self.captures[reference], asked.json)
            case _:
                return _error(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")

    def _order(self, said: dict[str, Any]) -> Told:
        if self.order_answer:
            return _error(422, "UNPROCESSABLE_ENTITY", self.order_answer)
        name = f"ORDER{next(self.number)}"
        links = [
            {"rel": "self", "href": self.url},
            {"rel": "payer-action", "href": f"https://www.paypal.com/checkoutnow?token={name}"},
        ]
        self.orders[name] = {
            "id": name,
            "status": "PAYER_ACTION_REQUIRED",
            "intent": said["intent"],
            "purchase_units": said["purchase_units"],
            "links": links,
        }
        return Told(self.orders[name], 200)

    def _capture(self, order: dict[str, Any]) -> Told:
        if order["status"] == "COMPLETED":
            return _error(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            return _error(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED")
        if self.capture_answer not in ("COMPLETED", "PENDING", "DECLINED"):
            return _error(422, "UNPROCESSABLE_ENTITY", self.capture_answer)
        unit, name = order["purchase_units"][0], f"CAPTURE{next(self.number)}"
        amount = {**unit["amount"], **({"value": self.capture_value} if self.capture_value else {})}
        fee = {"currency_code": amount["currency_code"], "value": "0.65"}
        self.captures[name] = {
            "id": name,
            "status": self.capture_answer,
            "amount": amount,
            "seller_receivable_breakdown": {"gross_amount": amount, "paypal_fee": fee},
        }
        unit["payments"] = {"captures": [self.captures[name]]}
        order |= {"status": "COMPLETED", "payer": {"email_address": "bo@example.org"}}
        return Told(order, 201)

    def _refund(self, capture: dict[str, Any], said: dict[str, Any]) -> Told:
        if self.refund_answer not in ("COMPLETED", "PENDING", "FAILED"):
            return _error(422, "UNPROCESSABLE_ENTITY", self.refund_answer)
        if any(self._is_about(one, capture) and one["status"] != "RESOLVED" for one in self.disputes.values()):
            return _error(422, "UNPROCESSABLE_ENTITY", "TRANSACTION_DISPUTED")
        if _minor(said["amount"]) > self.left(capture["id"]):
            return _error(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED")
        return Told(self._refunded(capture, said, self.refund_answer), 201)

    def _refunded(self, capture: dict[str, Any], said: dict[str, Any], status: str) -> dict[str, Any]:
        name = f"REFUND{next(self.number)}"
        up = f"{self.url}/v2/payments/captures/{capture['id']}"
        self.refunds[name] = {
            "id": name,
            "status": status,
            "amount": said["amount"],
            "links": [{"rel": "up", "href": up, "method": "GET"}],
            **({"custom_id": said["custom_id"]} if "custom_id" in said else {}),
            **({} if status == "COMPLETED" else {"status_details": {"reason": "ECHECK"}}),
        }
        for order in self.orders.values():
            payments = order["purchase_units"][0].get("payments", {"captures": []})
            if capture in payments["captures"]:
                payments.setdefault("refunds", []).append(self.refunds[name])
        return self.refunds[name]

    def _dispute(self, names: list[str], asked: Asked) -> Told:
        if not self.sees_disputes:
            return _error(403, "NOT_AUTHORIZED", "PERMISSION_DENIED")
        if names:
            return Told(self.disputes[names[0]])
        wanted = asked.query["disputed_transaction_id"]
        shown = ("dispute_id", "status", "dispute_amount", "reason")
        found = [
            {name: one[name] for name in shown}
            for one in self.disputes.values()
            if one["disputed_transactions"][0]["seller_transaction_id"] == wanted
        ]
        return Told({"items": found, "links": []})


def _is_lost(dispute: dict[str, Any]) -> bool:
    return dispute.get("dispute_outcome", {}).get("outcome_code") in _LOST


def _taken(dispute: dict[str, Any]) -> dict[str, str]:
    return dispute.get("dispute_outcome", {}).get("amount_refunded", dispute["dispute_amount"])


def _minor(amount: dict[str, str]) -> int:
    return round(float(amount["value"]) * 100)


def _error(status: int, name: str, issue: str) -> Told:
    return Told({"name": name, "details": [{"issue": issue}], "debug_id": "d1"}, status)
