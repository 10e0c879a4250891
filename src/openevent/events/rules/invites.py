"""Decisions about invitations to play a part in an event. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LASTS = timedelta(days=7)
PENDING, ACCEPTED, DECLINED = "pending", "accepted", "declined"
STATUSES = (PENDING, ACCEPTED, DECLINED)
ROLE_NAMES = ("owner", "organizer", "coorganizer", "track_organizer", "moderator", "attendee", "registrar")


def is_expired(sent_at: datetime, now: datetime) -> bool:
    """Tell whether an invitation is too old to be accepted; sending it again makes it young.

    >>> from datetime import UTC
    >>> sent = datetime(2026, 5, 1, tzinfo=UTC)
    >>> is_expired(sent, sent + timedelta(days=6)), is_expired(sent, sent + LASTS)
    (False, True)
    """
    return now - sent_at >= LASTS


def may_ask_again(status: str, had: str, wanted: str) -> bool:
    """Tell whether an address that was invited to this event before may be invited once more.

    One invitation an address: a second one is in order only when the first was accepted for another role.

    >>> may_ask_again("accepted", "organizer", "owner"), may_ask_again("accepted", "owner", "owner")
    (True, False)
    >>> may_ask_again("pending", "organizer", "owner")
    False
    """
    return status == ACCEPTED and had != wanted


def link_subject(invite_id: int) -> str:
    """Return what the signature in a mailed link is about.

    >>> link_subject(7)
    'role-invite:7'
    """
    return f"role-invite:{invite_id}"


def split_token(token: str) -> tuple[str, str]:
    """Return the invitation's own key, and the signature that only the mail carries (empty without one).

    >>> split_token("ab12~5f.x"), split_token("ab12")
    (('ab12', '5f.x'), ('ab12', ''))
    """
    key, _, signature = token.partition("~")
    return key, signature
