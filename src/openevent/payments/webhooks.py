"""FACE: providers call us here. Their word is checked, noted once, and then they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.ports import Backend
from openevent.jsonapi.shapes import WHOLE, record
from openevent.payments import actions
from openevent.payments.rules.states import PAYPAL, STRIPE


def _receiver(provider: str) -> Callable[[Call, Backend], Reply]:
    def answer(call: Call, backend: Backend) -> Reply:
        units = cast(actions.Units, backend)
        found = actions.receive(units, provider, call.headers, call.body, origin=call.by.origin)
        return Reply({"asked": found})

    return answer


_NOTICE = {"type": "object", "description": "A notice as the provider signs and sends it."}
_ASKED = record({"asked": WHOLE})


def _endpoint(name: str, provider: str) -> Endpoint:
    path = f"/v1/webhooks/{provider}"
    summary = f"{name} says that something has happened"
    return Endpoint("POST", path, _receiver(provider), auth=False, summary=summary, body=_NOTICE, answer=_ASKED)


ENDPOINTS = (_endpoint("Stripe", STRIPE), _endpoint("PayPal", PAYPAL))
