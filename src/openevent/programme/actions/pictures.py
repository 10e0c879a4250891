"""Other sizes of the photos of speakers, made after they were changed."""

from __future__ import annotations

from collections.abc import Mapping

from openevent.kit.work import UnitOfWork
from openevent.programme.models import Speaker
from openevent.programme.signals import SpeakerPhotoChanged
from openevent.site.actions import show_sizes
from openevent.site.queries import portrait_frames

PICTURES = ("photo_url", "thumbnail_image_url", "small_image_url", "icon_image_url")


def make_speaker_sizes(work: UnitOfWork, signal: SpeakerPhotoChanged) -> None:
    """Show a speaker's photo small, as a thumbnail and as an icon."""
    show_sizes(work, Speaker.photo_url, signal.speaker_id, signal.url, portrait_frames(work.db))


def drop_old_sizes(speaker: Speaker, before: Mapping[str, str | None]) -> None:
    """Forget sizes of another photo; `before` are the pictures as they were. A size that was told anew is kept."""
    if speaker.photo_url == before["photo_url"]:
        return
    for name in PICTURES[1:]:
        if getattr(speaker, name) == before[name]:  # clients send the whole record back
            setattr(speaker, name, None)
