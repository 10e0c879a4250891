"""What no declaration says about values: the few formats and rules that live in actions."""

from __future__ import annotations

from typing import Any

from openevent.site.rules import SECRETS

# Values of a form of their own, by type and attribute.
SAMPLES: dict[tuple[str, str], Any] = {
    ("custom-form", "translations"): [],
    ("feedback", "rating"): 3.5,
    ("speaker-invite", "status"): "pending",
    ("event", "timezone"): "Asia/Tokyo",
    ("event", "payment-currency"): "EUR",
    ("event", "payment-country"): "DE",
    ("event", "ticket-color"): "#1f5a4c",
    ("event", "ticket-paper-color"): "#f4efe2",
    ("setting", "invoice-sending-timezone"): "Asia/Tokyo",
    ("event-copyright", "year"): 2024,
    ("exhibitor", "social-links"): [{"name": "Blog", "link": "https://example.org/blog", "is_custom": True}],
    ("group", "social-links"): [{"name": "Site", "link": "https://example.org", "is_custom": False}],
    ("access-code", "tickets-number"): 60,
    ("discount-code", "tickets-number"): 60,
    ("discount-code", "used-for"): "ticket",
    ("event-invoice", "exp-year"): 2030,
    ("order", "payment-mode"): "bank",
    ("session-type", "length"): "00:45",
    ("ticket", "quantity"): 60,
    ("ticket", "type"): "paid",
    ("track", "color"): "#336699",
    ("user", "language-prefrence"): "de",
    ("lab-device", "address"): "",  # lab
    ("lab-device", "kind"): "simulator",  # lab
    ("lab-device", "limits"): {"pv1": [-3.0, 3.0]},  # lab
    ("lab-device", "wiring"): {"noise": 0.5},  # lab
}

# What rows of a table have beside what their columns ask for.
VALUES: dict[str, dict[str, Any]] = {
    "custom_forms": {"is_complex": True},
    "modules": {"ticket_include": True, "payment_include": True, "donation_include": True},
    "access_codes": {"max_quantity": 50, "tickets_number": 90, "min_quantity": 1},
    "discount_codes": {"used_for": "ticket", "type": "percent", "value": 5, "max_quantity": 50, "tickets_number": 90},
    "feedbacks": {"rated_event_id": None, "rating": 4.5},
    "lab_leases": {"status": "ended"},  # lab
    "lab_runs": {"status": "ended", "kind": "script"},  # lab
    "lab_scripts": {"visibility": "private", "is_example": False},  # lab
    "tickets": {"type": "paid", "price": 1500, "currency": "EUR", "max_order": 20},
}

# Attributes that an action lets through only together with others, or step by step; tests of that action try them.
RULED: dict[str, set[str]] = {
    "attendee": {
        "complex-field-values",
        "tag-id",
        "checkin-times",
        "checkout-times",
        "device-name-checkin",
        "is-checked-in",
        "is-checked-out",
    },
    "video-stream": {"extra"},
    "badge-field-form": {"badge-id"},
    "badge-form": {"badge-fields"},
    "stripe-authorization": {"stripe-auth-code"},
    "module": {"ticket-include", "payment-include", "donation-include"},  # the other types need them
    "order": {"cancel-note", "status"},
    "setting": {key.replace("_", "-") for key in SECRETS},  # shown masked
    "video-channel": {"api-key"},  # shown masked
    "session": {"complex-field-values", "state"},
    "speaker": {"complex-field-values"},
    "speakers-call": {"ends-at", "starts-at"},  # they go by the event
    "user": {"password"},
    "lab-booking": {"begins-at", "ends-at"},  # lab: they have to be in a quota
    "lab-device": {"address", "kind"},  # lab: the one goes by the other
    "lab-script": {"visibility"},  # lab: a class has to be named
    "waiting-list-entry": {"wanted"},  # it only falls
}

# Rows that belong to a row although no resource shows them, by table: (table, the values, without the key).
COMPANIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tickets": ("ticket_stock", "ticket_id", {"quantity": 100}),
}
