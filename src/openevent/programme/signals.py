"""What the programme announces."""

from __future__ import annotations

from msgspec import Struct


class SessionSubmitted(Struct, frozen=True):
    """Somebody handed in a session: it waits for the organizers now."""

    session_id: int


class SessionStateChanged(Struct, frozen=True):
    """A session was accepted, withdrawn, ...; `tell` says whether its speakers are to be told by mail."""

    session_id: int
    old: str
    new: str
    tell: bool


class SpeakerPhotoChanged(Struct, frozen=True):
    """A speaker shows another photo, or none."""

    speaker_id: int
    url: str | None


class SpeakersNotified(Struct, frozen=True):
    """An organizer writes to the speakers of a session; without words of his own, what they are usually told."""

    session_id: int
    subject: str | None
    message: str | None
    copies: list[str]  # further addresses


class SpeakerInvited(Struct, frozen=True):
    """Somebody was asked to speak in a session of somebody else."""

    invite_id: int
    by_id: int | None


class EventOver(Struct, frozen=True):
    """A public event has ended."""

    event_id: int
