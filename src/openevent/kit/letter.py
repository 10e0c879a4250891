"""What a mail says: a letter with its subject and two parts."""

from __future__ import annotations

from typing import NamedTuple

from openevent.kit.services import Message
from openevent.kit.translations import ENGLISH

_JOINERS = "\u200c\u200d"  # words of Persian and of Indian languages need them


def one_line(text: str) -> str:
    """Return text without line breaks and control characters, which could start a header or turn text around.

    >>> one_line("Hello" + chr(13) + chr(10) + "Bcc: eve@example.org")
    'Hello Bcc: eve@example.org'
    """
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())


class Letter(NamedTuple):
    """A mail's subject and its two parts."""

    subject: str
    text: str
    html: str
    template: str = ""
    language: str = ENGLISH

    def to(self, address: str, *, reply_to: str | None = None, event_id: int | None = None) -> Message:
        """Return the message to one address; `event_id` is the event that it is about."""
        return Message(address, self.subject, self.text, self.html, reply_to, template=self.template, event_id=event_id)
