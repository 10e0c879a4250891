"""What speakers are told about their sessions: the usual words for each state, and what stands in for what. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

# States of which speakers are told by mail, if whoever changed it asks for that.
TOLD_STATES = ("accepted", "rejected", "confirmed", "canceled", "withdrawn")
PLACEHOLDERS = (
    "session_name",
    "session_link",
    "session_cfs_link",
    "session_state",
    "event_name",
    "event_link",
    "app_name",
    "frontend_link",
)
AFTER_EVENT = "after_event"  # what remembers that an event is over
LONGEST_SUBJECT, LONGEST_MESSAGE = 250, 5_000
MOST_COPIES = 20
BREAK = "<br/>"

_SEEN_AT = "Your session and what became of it: {session_cfs_link}"
_EVENT_AT = "The event: {event_link}"


class Words(NamedTuple):
    """A mail's subject and message, with placeholders in braces."""

    subject: str
    message: str


def _words(subject: str, *paragraphs: str) -> Words:
    lines = ("Hello,", *paragraphs, _SEEN_AT, _EVENT_AT, "{app_name}", "{frontend_link}")
    return Words(subject, (BREAK * 2).join(lines))


USUAL_WORDS: dict[str, Words] = {
    "pending": _words(
        "We have received your session {session_name}",
        "thank you for handing in {session_name} for {event_name}. The organizers will look at it and let you know.",
    ),
    "accepted": _words(
        "Your session {session_name} is accepted",
        "good news: {session_name} is part of {event_name}. Please look through its details, and tell the organizers "
        "if anything has changed.",
    ),
    "confirmed": _words(
        "Your session {session_name} is confirmed",
        "{session_name} is confirmed for {event_name}. Time and room are shown with the session.",
    ),
    "rejected": _words(
        "About your session {session_name}",
        "thank you for handing in {session_name}. There were more good sessions than {event_name} has places, and "
        "this one could not be taken.",
    ),
    "canceled": _words(
        "Your session {session_name} is canceled",
        "{session_name} will not take place at {event_name}. Please ask the organizers if you did not expect this.",
    ),
    "withdrawn": _words(
        "Your session {session_name} is withdrawn",
        "{session_name} is withdrawn from {event_name}, as it was asked for.",
    ),
}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with values in place of their names in braces; braces around anything else stay.

    >>> filled("{session_name} at {event_name} {soon}", {"session_name": "Talk", "event_name": "PyConf"})
    'Talk at PyConf {soon}'
    """
    return re.sub(r"\{(\w{1,40})\}", lambda found: values.get(found[1], found[0]), text)


def paragraphs(message: str) -> list[str]:
    r"""Return the paragraphs of a message, which may hold HTML line breaks; other markup is left to who shows it.

    >>> paragraphs("Hello,<br/><br/>one<br>two\n\nthree<p>four</p>")
    ['Hello,', 'one\ntwo', 'three', 'four']
    """
    lines = re.sub(r"</?p\b[^>]{0,200}>", "\n\n", re.sub(r"<br\s{0,9}/?>", "\n", message, flags=re.IGNORECASE))
    return [one.strip() for one in re.split(r"\n\s*\n", lines) if one.strip()]
