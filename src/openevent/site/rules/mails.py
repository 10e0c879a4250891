"""Which mails there are (v1 reference 20.12), which may be declined, and what the log keeps of one."""

from __future__ import annotations

import re

from msgspec import Struct

# What people may not want to hear of an event. Whatever else is sent was asked for, or has to be known.
NEXT_EVENT, NEW_PAPER, ACCEPT_REJECT = "next_event", "new_paper", "session_accept_reject"
SCHEDULE, PURCHASE = "session_schedule", "after_ticket_purchase"
WISHES = (NEXT_EVENT, NEW_PAPER, ACCEPT_REJECT, SCHEDULE, PURCHASE)
_LONGEST = 100
_SECRET = re.compile(r"([?&](?:token|sig|signature|hash|code|secret|key)=)[^\s&#\"'<>)\]]+", re.IGNORECASE)


class Kind(Struct, frozen=True):
    """One kind of mail: who gets it, and the template that it is made of, `<domain>/<name>`."""

    action: str
    recipient: str
    template: str = ""
    wish: str = ""  # which wish of a person, said for each event, may decline it; what has none is always sent


# fmt: off
KINDS: tuple[Kind, ...] = (
    #    action                        who gets it                       template                     declined by
    Kind("user_registration",          "Somebody who signed up",         "people/welcome"),
    Kind("user_confirmation",          "An account with a new address",  "people/verification"),
    Kind("user_change_email",          "The old address of an account",  "people/email-changed"),
    Kind("password_reset",             "An account",                     "people/reset"),
    Kind("password_reset_verify",      "An account made with an order", "people/reset-verify"),
    Kind("password_change",            "An account",                     "people/password-changed"),
    Kind("event_role",                 "Whoever is invited to an event", "events/role-invite"),
    Kind("group_role",                 "Whoever is invited to a group",  "events/group-role"),
    Kind("speaker_invite",             "Whoever is invited to speak",    "programme/speaker-invite"),
    Kind("new_session",                "Those who run the event",        "programme/new-session",     NEW_PAPER),
    Kind("session_state_change",       "The speakers of a session",      "programme/session-state",   ACCEPT_REJECT),
    Kind("ticket_purchased",           "The buyer",                      "orders/order"),
    Kind("ticket_purchased_attendee",  "Every other ticket holder",      "orders/ticket"),
    Kind("ticket_purchased_organizer", "Those who run the event",        "",                          PURCHASE),
    Kind("ticket_cancelled",           "The buyer",                      "orders/cancelled"),
    Kind("order_expired",              "The buyer",                      "orders/expired"),
    Kind("order_refunded",             "The buyer",                      "orders/refunded"),
    Kind("payment_returned",           "The buyer",                      "orders/returned"),
    Kind("payment_received",           "The buyer",                      "orders/payment-received"),
    Kind("seats_offered",              "Who waits for tickets",          "orders/seats-offered"),
    Kind("offer_expired",              "Who waited for tickets",         "orders/offer-expired"),
    Kind("waiting_closed",             "Who waited for tickets",         "orders/waiting-closed"),
    Kind("order_money_organizer",      "The owner and the organizers",   "orders/money"),
    Kind("event_exported",             "Whoever asked for an export",    "exchange/exported"),
    Kind("event_export_fail",          "Whoever asked for an export",    "exchange/export-failed"),
    Kind("event_imported",             "Whoever asked for an import",    "exchange/imported"),
    Kind("event_import_fail",          "Whoever asked for an import",    "exchange/import-failed"),
    Kind("monthly_payment",            "The owner of an event",          "payments/invoice"),
    Kind("payment_unclear",            "Whoever looks after the money",  "payments/unclear"),
    Kind("monthly_payment_follow_up",  "The owner of an event",          "payments/follow_up"),
    Kind("monthly_payment_pre_due",    "The owner of an event",          "payments/pre_due"),
    Kind("monthly_payment_post_due",   "The owner of an event",          "payments/post_due"),
    Kind("after_event",                "The owner and the organizers",   "programme/after-event",     NEXT_EVENT),
    Kind("after_event_speaker",        "The speakers of an event",       "programme/after-event-speaker", NEXT_EVENT),
    Kind("ticket_sales_end",           "The organizers",                 "tickets/sales-end",         PURCHASE),
    Kind("ticket_sales_end_tomorrow",  "The organizers",                 "tickets/sales-end-tomorrow", PURCHASE),
    Kind("ticket_sales_end_next_week", "The organizers",                 "tickets/sales-end-next-week", PURCHASE),
    Kind("contact_organizers",         "The owner of an event",          "events/question"),
    Kind("contact_group_organizers",   "The owner of a group",           "events/group-question"),
    Kind("announce_event",             "The followers of a group",       "events/announcement",       NEXT_EVENT),
    Kind("video_moderator_invite",     "A moderator",                    "stream/moderator"),
    Kind("test_mail",                  "The address that an admin gives", "site/test-mail"),
)
# fmt: on
ACTIONS = tuple(kind.action for kind in KINDS)
_WISHES = {kind.action: kind.wish for kind in KINDS if kind.wish}
_BY_TEMPLATE = {kind.template: kind.action for kind in KINDS if kind.template}


def action_of(template: str) -> str:
    """Return the action of a template: as the table says, or else its own name.

    >>> action_of("people/welcome"), action_of("other/new-letter"), action_of("")
    ('user_registration', 'new_letter', 'other')
    """
    known = _BY_TEMPLATE.get(template)
    return known or template.rpartition("/")[2].replace("-", "_")[:_LONGEST] or "other"


def wish_of(action: str) -> str | None:
    """Return which wish may decline mails of a kind, None when they are always sent.

    >>> wish_of("new_session"), wish_of("password_reset")
    ('new_paper', None)
    """
    return _WISHES.get(action)


def without_secrets(text: str) -> str:
    """Return a mail's text as it may be kept: whoever reads the log can't use its links.

    >>> without_secrets("Verify: https://example.org/verify?token=abc123&next=/ now")
    'Verify: https://example.org/verify?token=...&next=/ now'
    """
    return _SECRET.sub(r"\1...", text)


QUEUED, RETRYING, SENT, FAILED, WITHHELD = "queued", "retrying", "sent", "failed", "withheld"


def delivery_state(job: str | None, attempts: int, *, is_posted: bool) -> str:
    """Return what became of a mail, from the state of the job that sends it; one that is done is forgotten in time.

    >>> delivery_state("waiting", 0, is_posted=True), delivery_state("waiting", 2, is_posted=True)
    ('queued', 'retrying')
    >>> delivery_state(None, 0, is_posted=True), delivery_state("failed", 9, is_posted=True)
    ('sent', 'failed')
    >>> delivery_state(None, 0, is_posted=False)
    'withheld'
    """
    if not is_posted:
        return WITHHELD
    if job == "waiting":
        return RETRYING if attempts else QUEUED
    return FAILED if job == "failed" else SENT
