"""The mails of events."""

from openevent.events.mails.crew import invitation, question

__all__ = ["invitation", "question"]
