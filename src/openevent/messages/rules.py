"""What a link in a mail declines, for whom. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import Struct

from openevent.site.rules.mails import WISHES

LASTS = timedelta(days=400)
_TOKEN = re.compile(r"(\d{1,18})\.(\d{1,18})\.([a-z_]{1,40})\.([0-9A-Za-z_.-]{1,100})")
WORDS = {  # what the page calls them
    "next_event": "mails about further events",
    "new_paper": "mails about new sessions",
    "session_accept_reject": "mails about what becomes of sessions",
    "session_schedule": "mails about the schedule",
    "after_ticket_purchase": "mails about sales",
}


class Refusal(Struct, frozen=True):
    """Somebody wants no mails of one kind about one event."""

    user_id: int
    event_id: int
    wish: str

    @property
    def signed(self) -> str:
        """What the signature speaks about."""
        return f"unsubscribe:{self.user_id}:{self.event_id}:{self.wish}"

    def token(self, signature: str) -> str:
        """Return what stands in the link."""
        return f"{self.user_id}.{self.event_id}.{self.wish}.{signature}"


def read_refusal(token: str) -> tuple[Refusal | None, str]:
    """Return what a link says and its signature, which is still to be checked.

    >>> read_refusal(Refusal(7, 9, "new_paper").token("1f.abc"))
    (Refusal(user_id=7, event_id=9, wish='new_paper'), '1f.abc')
    >>> read_refusal("nonsense"), read_refusal("7.9.everything.1f.abc")
    ((None, ''), (None, ''))
    """
    found = _TOKEN.fullmatch(token)
    if found is None or found[3] not in WISHES:
        return None, ""
    return Refusal(int(found[1]), int(found[2]), found[3]), found[4]
