"""FACE: what video does by itself, again and again."""

from __future__ import annotations

from datetime import timedelta

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.stream import actions, queries

_AFTERWARDS = timedelta(days=14)  # how long after an event recordings may still turn up


def import_recordings(work: UnitOfWork) -> None:
    """Ask the providers what they have recorded."""
    for stream_id in queries.recorded_streams(work.db, work.now - _AFTERWARDS):
        actions.import_recordings(work, stream_id)


JOBS = (Periodic("stream.recordings", 900, import_recordings),)
