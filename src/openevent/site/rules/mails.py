"""Which mails there are (v1 reference 20.12), which template says what, and what the log keeps of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 100
_SECRET = re.compile(r"([?&](?:token|sig|signature|hash|code|secret|key)=)[^\s&#\"'<>)\]]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail: who gets it, and the template that it is made of, `<domain>/<name>`."""

    action: str
    recipient: str
    template: str = ""


# fmt: off
KINDS: tuple[Kind, ...] = (
    #    action                        who gets it                           template
    Kind("user_registration",          "Somebody who signed up",             "people/welcome"),
    Kind("user_confirmation",          "An account with a new address",      "people/verification"),
    Kind("user_change_email",          "The old address of an account",      "people/email-changed"),
    Kind("password_reset",             "An account",                         "people/reset"),
    Kind("password_reset_verify",      "An account made with an order"),
    Kind("password_change",            "An account",                         "people/password-changed"),
    Kind("event_role",                 "Whoever is invited to an event",     "events/role-invite"),
    Kind("group_role",                 "Whoever is invited to a group",      "events/group-role-invite"),
    Kind("speaker_invite",             "Whoever is invited to speak",        "programme/speaker-invite"),
    Kind("new_session",                "The owner of an event",              "programme/new-session"),
    Kind("session_state_change",       "The speakers of a session",          "programme/session-state"),
    Kind("ticket_purchased",           "The buyer",                          "orders/order"),
    Kind("ticket_purchased_attendee",  "Every other ticket holder",          "orders/ticket"),
    Kind("ticket_purchased_organizer", "Those who run the event"),
    Kind("ticket_cancelled",           "The buyer",                          "orders/cancelled"),
    Kind("event_exported",             "Whoever asked for an export"),
    Kind("event_export_fail",          "Whoever asked for an export"),
    Kind("event_imported",             "Whoever asked for an import"),
    Kind("event_import_fail",          "Whoever asked for an import"),
    Kind("monthly_payment",            "The owner of an event"),
    Kind("monthly_payment_follow_up",  "The owner of an event"),
    Kind("monthly_payment_pre_due",    "The owner of an event"),
    Kind("monthly_payment_post_due",   "The owner of an event"),
    Kind("after_event",                "The owner and the organizers"),
    Kind("after_event_speaker",        "The speakers of an event"),
    Kind("ticket_sales_end",           "The organizers"),
    Kind("ticket_sales_end_tomorrow",  "The organizers"),
    Kind("ticket_sales_end_next_week", "The organizers"),
    Kind("contact_organizers",         "The owner of an event"),
    Kind("contact_group_organizers",   "The owner of a group"),
    Kind("announce_event",             "The followers of a group"),
    Kind("video_moderator_invite",     "A moderator"),
    Kind("test_mail",                  "The address that an admin gives",    "site/test-mail"),
)
# fmt: on
ACTIONS = tuple(kind.action for kind in KINDS)
_BY_TEMPLATE = {kind.template: kind.action for kind in KINDS if kind.template}


def action_of(template: str) -> str:
    """Return the action of a template: as the table says, or else its own name.

    >>> action_of("people/welcome"), action_of("events/contact-organizers"), action_of("")
    ('user_registration', 'contact_organizers', 'other')
    """
    known = _BY_TEMPLATE.get(template)
    return known or template.rpartition("/")[2].replace("-", "_")[:_LONGEST] or "other"


def without_secrets(text: str) -> str:
    """Return a mail's text as it may be kept: whoever reads the log can't use its links.

    >>> without_secrets("Verify: https://example.org/verify?token=abc123&next=/ now")
    'Verify: https://example.org/verify?token=...&next=/ now'
    """
    return _SECRET.sub(r"\1...", text)
