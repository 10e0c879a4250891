"""Buyers who come over HTTP and don't give up: what was not answered they ask for again, with the same key."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from openevent.kit.clock import SystemClock
from openevent.kit.jwt import Tokens
from web import WEB

MEDIA_TYPE = "application/vnd.api+json"
PATIENCE = 40  # seconds, with a server that is not there
SHORT_PATIENCE = 5  # with one that says that a request is under way: who was answering it may have been killed


class Visitor(threading.Thread):
    """One who orders and pays again and again; `paid` are the orders whose payment was confirmed to them."""

    def __init__(self, url: str, tokens: Tokens, user_id: int, ticket_id: int) -> None:
        super().__init__(daemon=True)
        token = tokens.access(user_id, now=SystemClock().now(), lasts=timedelta(hours=1), fresh=True)
        self._headers = {"Authorization": f"JWT {token}", "Accept": MEDIA_TYPE}
        self._url, self._ticket_id = url, ticket_id
        self.made: list[str] = []
        self.paid: list[str] = []
        self.fault: BaseException | None = None
        self.is_done = threading.Event()

    def run(self) -> None:
        try:
            for number in count():
                if self.is_done.is_set() or not self._buy(1 + number % 2):
                    return
        except BaseException as fault:  # noqa: BLE001 -- the test asks for it
            self.fault = fault

    def _buy(self, quantity: int) -> bool:
        wanted = {"tickets": [{"id": self._ticket_id, "quantity": quantity}]}
        made = self._ask("POST", "/v1/orders/create-order", wanted, media="application/json")
        if made.status_code == 409:
            return False
        assert made.status_code == 200, made.text
        order = made.json()["data"]
        self.made.append(order["id"])
        path = f"/v1/orders/{order['attributes']['identifier']}"
        chosen = {"type": "order", "id": order["id"], "attributes": {"payment-mode": "stripe", "status": "pending"}}
        self._ask("PATCH", path, {"data": chosen})
        charge = {"data": {"type": "charge", "attributes": {"stripe": "tok_visa"}}}
        if self._ask("POST", f"{path}/charge", charge).status_code == 201:
            self.paid.append(order["id"])
        return True

    def _ask(self, method: str, path: str, body: dict[str, Any], *, media: str = MEDIA_TYPE) -> httpx.Response:
        """Ask until there is an answer that says how it stands."""
        headers = {**self._headers, "Content-Type": media, "Idempotency-Key": str(uuid4())}
        end, is_under_way = time.monotonic() + PATIENCE, False
        while True:
            try:
                answer = WEB.request(method, f"{self._url}{path}", json=body, headers=headers, timeout=10)
                is_passing = answer.status_code == 503
            except httpx.TransportError:
                answer, is_passing = httpx.Response(503), True
            if not is_under_way and "under-way" in answer.text:
                end, is_under_way = time.monotonic() + SHORT_PATIENCE, True
            if not (is_passing or "under-way" in answer.text) or time.monotonic() > end:
                return answer
            time.sleep(0.2)
