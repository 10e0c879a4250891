"""Which mails there are: every letter of the program is one kind, and what may be declined says by which wish."""

from __future__ import annotations

from openevent.kit.mail import letters
from openevent.site.rules.mails import KINDS, WISHES, action_of, wish_of

# Everybody is sent these whatever they wish: they were asked for, or somebody has to know.
ALWAYS_SENT = {
    *("order_expired", "order_refunded", "payment_received", "payment_returned"),
    *("user_registration", "user_confirmation", "user_change_email", "order_money_organizer"),
    *("password_reset", "password_reset_verify", "password_change"),
    *("event_role", "group_role", "speaker_invite", "video_moderator_invite"),
    *("ticket_purchased", "ticket_purchased_attendee", "ticket_cancelled"),
    *("event_exported", "event_export_fail", "event_imported", "event_import_fail"),
    *("monthly_payment", "monthly_payment_follow_up", "monthly_payment_pre_due", "monthly_payment_post_due"),
    *("contact_organizers", "contact_group_organizers", "test_mail", "payment_unclear"),
    *("seats_offered", "offer_expired", "waiting_closed"),
}
DECLINED_BY = {
    "announce_event": "next_event",
    "after_event": "next_event",
    "after_event_speaker": "next_event",
    "new_session": "new_paper",
    "session_state_change": "session_accept_reject",
    "ticket_purchased_organizer": "after_ticket_purchase",
    "ticket_sales_end": "after_ticket_purchase",
    "ticket_sales_end_tomorrow": "after_ticket_purchase",
    "ticket_sales_end_next_week": "after_ticket_purchase",
}


def test_every_letter_of_the_program_is_of_exactly_one_kind():
    templates = [kind.template for kind in KINDS if kind.template]

    assert sorted(templates) == letters().names()
    assert len({kind.action for kind in KINDS}) == len(KINDS)
    assert [action_of(kind.template) for kind in KINDS if kind.template] == [k.action for k in KINDS if k.template]


def test_every_kind_is_always_sent_or_declined_by_one_wish():
    assert {kind.action for kind in KINDS} == ALWAYS_SENT | set(DECLINED_BY)
    assert {kind.action: wish_of(kind.action) for kind in KINDS} == dict.fromkeys(ALWAYS_SENT) | DECLINED_BY
    assert set(DECLINED_BY.values()) <= set(WISHES)
