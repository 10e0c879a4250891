"""FACE: what video does by itself, again and again."""

from __future__ import annotations

from datetime import timedelta

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.stream import queries
from openevent.stream.signals import RecordingsDue

_AFTERWARDS = timedelta(days=14)  # how long after an event recordings may still turn up


def ask_for_recordings(work: UnitOfWork) -> None:
    """Let jobs ask the providers what they have recorded: one a stream, none inside of this transaction."""
    for stream_id in queries.recorded_streams(work.db, work.now - _AFTERWARDS):
        work.announce(RecordingsDue(stream_id))


JOBS = (Periodic("stream.recordings", 900, ask_for_recordings),)
