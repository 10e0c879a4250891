"""Mail: ways to send it, and one Markdown template rendered into both of its parts."""

from __future__ import annotations

from openevent.kit.services import Message


class MemoryMailer:
    """A list, for tests: `sent` holds what would have left."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.ids: list[str] = []

    def send(self, message: Message, *, message_id: str) -> None:
        """Keep the mail."""
        self.sent.append(message)
        self.ids.append(message_id)
