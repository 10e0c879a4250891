"""Stripe as a local server: PaymentIntents, Checkout sessions, refunds, idempotency keys, signed notices."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from gateways.server import same_request
from openevent.kit.clock import Clock
from openevent.payments.rules.signatures import stripe_signature
from remote import Asked, Told

KEY, WEBHOOK_SECRET = "sk_test_platform", "whsec_of_the_platform"
GOOD_CARDS = ("tok_visa", "pm_card_visa")
DECLINED = ("tok_chargeDeclined", "pm_card_chargeDeclined")
_UNIT_AMOUNT = "line_items[0][price_data][unit_amount]"
CHALLENGED = ("pm_card_authenticationRequired",)


@dataclass
class FakeStripe:
    """Books of one account. `notices` are what it would send, signed by `signed`."""

    clock: Clock
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    most_listed: int = 100
    least: int = 1  # that it takes
    remembered: dict[tuple[str, str], tuple[Any, Told]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    refund_answer: str = "succeeded"  # or pending, failed, or a code of an error
    number: Any = field(default_factory=lambda: count(1))

    # What buyers and banks do

    def pay(self, reference: str) -> None:
        """Pay, on Stripe's page or by passing the bank's question."""
        if reference.startswith("cs_"):
            session = self.sessions[reference]
            if session["status"] == "open":
                intent = self._intent(
                    {"amount": session["amount_total"], "currency": session["currency"]}, session["account"]
                )
                session |= {"payment_intent": intent["id"], "payment_status": "paid", "status": "complete"}
                self._charge(intent)
                self._tell("checkout.session.completed", session)
            return
        self._charge(self.intents[reference])

    def end_refund(self, reference: str, status: str) -> None:
        """Let a bank say what came of a refund."""
        self.refunds[reference]["status"] = status
        self._tell("refund.updated", self.refunds[reference])

    def refund_by_hand(self, reference: str, amount: int, status: str = "succeeded") -> str:
        """Give money back in the dashboard; `reference` is of the intent."""
        name = f"re_{next(self.number)}"
        intent = self.intents[reference]
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": reference,
            "charge": reference.replace("pi_", "ch_"),
            "status": status,
            "metadata": {},
            "account": intent["account"],
        }
        self._tell("charge.refunded", {"id": reference.replace("pi_", "ch_"), "object": "charge", "pi": reference})
        return name

    def dispute(self, reference: str, amount: int, status: str = "needs_response") -> str:
        """Let a buyer's bank want money back."""
        name = f"dp_{next(self.number)}"
        intent = self.intents[reference]
        taken = {"id": "txn_2", "amount": -amount, "fee": 1500, "currency": intent["currency"], "type": "adjustment"}
        self.disputes[name] = {
            "id": name,
            "object": "dispute",
            "amount": amount,
            "currency": intent["currency"],
            "charge": reference.replace("pi_", "ch_"),
            "payment_intent": reference,
            "status": status,
            "reason": "fraudulent",
            "balance_transactions": [] if status.startswith("warning") else [taken],
            "account": intent["account"],
        }
        self._tell("charge.dispute.created", self.disputes[name])
        return name

    def end_dispute(self, name: str, status: str) -> None:
        """Let a bank decide: won or lost."""
        self.disputes[name]["status"] = status
        self._tell("charge.dispute.closed", self.disputes[name])

    def left(self, reference: str) -> int:
        """What can still go back of an intent."""
        back = [one for one in self.refunds.values() if one["payment_intent"] == reference]
        taken = [one for one in self.disputes.values() if one["payment_intent"] == reference]
        gone = sum(one["amount"] for one in back if one["status"] not in ("failed", "canceled"))
        gone += sum(one["amount"] for one in taken if one["status"] not in ("won", "warning_closed"))
        return self.intents[reference]["amount_received"] - gone

    @property
    def disputed(self) -> int:
        """All the money that banks have taken back, or keep while they decide."""
        gone = ("needs_response", "under_review", "lost")
        return sum(one["amount"] for one in self.disputes.values() if one["status"] in gone)

    @property
    def received(self) -> int:
        """All the money that came in."""
        return sum(one["amount_received"] for one in self.intents.values())

    @property
    def returned(self) -> int:
        """All the money that went back."""
        return sum(one["amount"] for one in self.refunds.values() if one["status"] == "succeeded")

    def signed(self, notice: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A notice as it is sent: body and headers."""
        body = json.dumps(notice).encode()
        return body, {"Stripe-Signature": stripe_signature(WEBHOOK_SECRET, body, self.clock.now())}

    # The wire

    def answer(self, asked: Asked) -> Told:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Told({"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}, 401)
        if asked.method == "GET":
            return self._get(asked)
        key = asked.headers.get("stripe-account", ""), asked.headers.get("idempotency-key", "")
        assert key[1], "every POST carries a key"
        if key in self.remembered:
            request, told = self.remembered[key]
            return told if request == same_request(asked) else _error(400, "idempotency_error", "other parameters")
        told = self._post(asked)
        self.remembered[key] = same_request(asked), told
        return told

    def _get(self, asked: Asked) -> Told:
        parts = asked.path.split("/")[2:]
        if parts in (["refunds"], ["disputes"]):
            return self._list(self.refunds if parts == ["refunds"] else self.disputes, asked)
        books = {"payment_intents": self.intents, "sessions": self.sessions, "refunds": self.refunds}[parts[-2]]
        row = books.get(parts[-1])
        if row is None or row.get("account", "") != asked.headers.get("stripe-account", ""):
            return _error(404, "resource_missing", "No such object")
        return Told(self._shown(row))

    def _list(self, rows: dict[str, dict[str, Any]], asked: Asked) -> Told:
        """A page of a list, newest first, after the object that `starting_after` names."""
        account = asked.headers.get("stripe-account", "")
        theirs = (asked.query["payment_intent"], account)
        found = [one for one in reversed(rows.values()) if (one["payment_intent"], one["account"]) == theirs]
        names = [one["id"] for one in found]
        start = names.index(asked.query["starting_after"]) + 1 if "starting_after" in asked.query else 0
        page = found[start : start + self.most_listed]
        return Told({"object": "list", "data": page, "has_more": start + len(page) < len(found)})

    def _post(self, asked: Asked) -> Told:
        parts = asked.path.split("/")[2:]
        account = asked.headers.get("stripe-account", "")
        if 0 < int(asked.form.get("amount") or asked.form.get(_UNIT_AMOUNT) or 0) < self.least:
            return _error(400, "amount_too_small", "Amount must be at least 50 cents")
        match parts:
            case ["payment_intents"]:
                told = Told(self._shown(self._intent(asked.form, account)))
            case ["payment_intents", reference, "confirm"]:
                told = self._confirm(self.intents[reference], asked.form)
            case ["payment_intents", reference, "cancel"]:
                told = self._end(self.intents[reference], "canceled")
            case ["checkout", "sessions"]:
                told = Told(self._session(asked.form, account))
            case ["checkout", "sessions", reference, "expire"]:
                told = self._end(self.sessions[reference], "expired")
            case _:
                assert parts == ["refunds"]
                told = self._refund(asked.form)
        return told

    def _intent(self, form: dict[str, Any], account: str) -> dict[str, Any]:
        name = f"pi_{next(self.number)}"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_received": 0,
            "currency": form["currency"],
            "status": "requires_payment_method",
            "client_secret": f"{name}_secret_1",
            "account": account,
            "latest_charge": None,
            "last_payment_error": None,
            "metadata": {"payment": form.get("metadata[payment]")},
        }
        return self.intents[name]

    def _session(self, form: dict[str, str], account: str) -> dict[str, Any]:
        name = f"cs_{next(self.number)}"
        assert form["mode"] == "payment"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "amount_total": int(form[_UNIT_AMOUNT]),
            "currency": form["line_items[0][price_data][currency]"],
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.com/c/{name}",
            "payment_intent": None,
            "account": account,
        }
        return self.sessions[name]

    def _confirm(self, intent: dict[str, Any], form: dict[str, str]) -> Told:
        given = form.get("payment_method") or form.get("payment_method_data[card][token]", "")
        if intent["status"] in ("succeeded", "canceled"):
            return _error(400, "payment_intent_unexpected_state", "This PaymentIntent is over.")
        if given in DECLINED:
            intent["last_payment_error"] = {"code": "card_declined", "message": "Your card was declined."}
            return _error(402, "card_declined", "Your card was declined.", "card_error")
        if given in CHALLENGED:
            redirect = {"url": "https://hooks.stripe.com/3d_secure", "return_url": form["return_url"]}
            intent |= {
                "status": "requires_action",
                "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect},
            }
        elif given in GOOD_CARDS:
            self._charge(intent)
        else:
            return _error(400, "resource_missing", f"No such token: '{given}'")
        return Told(self._shown(intent))

    def _charge(self, intent: dict[str, Any]) -> None:
        if intent["status"] in ("succeeded", "canceled"):
            return
        card = {"brand": "visa", "last4": "4242", "exp_month": 7, "exp_year": 2031}
        charge = {
            "id": intent["id"].replace("pi_", "ch_"),
            "payment_method_details": {"type": "card", "card": card},
            "billing_details": {"email": "bo@example.org"},
            "balance_transaction": {"id": "txn_1", "fee": 30 + intent["amount"] // 100, "currency": intent["currency"]},
        }
        received = {"amount_received": intent["amount"], "latest_charge": charge}
        intent |= {"status": "succeeded", **received}
        self._tell("payment_intent.succeeded", intent)

    def _end(self, row: dict[str, Any], status: str) -> Told:
        if row["status"] in ("succeeded", "complete", "canceled", "expired", "processing"):
            return _error(400, "unexpected_state", "It is over.")
        row["status"] = status
        return Told(self._shown(row))

    def _refund(self, form: dict[str, str]) -> Told:
        intent = self.intents[form["payment_intent"]]
        if self.refund_answer not in ("succeeded", "pending", "failed"):
            return _error(400, self.refund_answer, "not now")
        if int(form["amount"]) > self.left(intent["id"]):
            return _error(400, "charge_already_refunded", "more than there was")
        name = f"re_{next(self.number)}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": int(form["amount"]),
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "status": self.refund_answer,
            "metadata": {"refund": form["metadata[refund]"]},
            "account": intent["account"],
        }
        return Told(self.refunds[name])

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["object"] == "checkout.session" and row["payment_intent"]:
            return {**row, "payment_intent": self.intents[row["payment_intent"]]}
        return row

    def _tell(self, kind: str, row: dict[str, Any]) -> None:
        """A notice tells less than the truth, so that whoever believes it is found out."""
        shown = {"id": row["id"], "object": row["object"], "amount_received": 1, "status": "requires_payment_method"}
        if row["object"] in ("refund", "dispute", "charge"):
            shown["payment_intent"] = row.get("payment_intent", row.get("pi"))
        number = next(self.number)
        self.notices.append({"id": f"evt_{number}", "object": "event", "type": kind, "data": {"object": shown}})


def _error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> Told:
    return Told({"error": {"type": kind, "code": code, "message": message}}, status)
