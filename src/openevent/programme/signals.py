"""What the programme announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionSubmitted:
    """Somebody handed in a session."""

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
