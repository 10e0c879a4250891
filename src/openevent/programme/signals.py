"""What the programme announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionSubmitted:
    """Somebody handed in a session: it waits for the organizers now."""

    session_id: int


@dataclass(frozen=True, slots=True)
class SessionStateChanged:
    """A session was accepted, withdrawn, ...; `tell` says whether its speakers are to be told by mail."""

    session_id: int
    old: str
    new: str
    tell: bool


@dataclass(frozen=True, slots=True)
class SpeakerPhotoChanged:
    """A speaker shows another photo, or none."""

    speaker_id: int
    url: str | None


@dataclass(frozen=True, slots=True)
class SpeakersNotified:
    """An organizer writes to the speakers of a session; without words of his own, what they are usually told."""

    session_id: int
    subject: str | None
    message: str | None
    copies: list[str]  # further addresses


@dataclass(frozen=True, slots=True)
class SpeakerInvited:
    """Somebody was asked to speak in a session of somebody else."""

    invite_id: int
    by_id: int | None


@dataclass(frozen=True, slots=True)
class EventOver:
    """A public event has ended."""

    event_id: int
