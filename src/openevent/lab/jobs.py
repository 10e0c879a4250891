"""FACE: what the laboratory does by itself, again and again; its service looks after turns, each second."""

from __future__ import annotations

from openevent.kit.work import UnitOfWork
from openevent.kit.worker import Periodic
from openevent.lab.actions import runs


def drop_old_runs(work: UnitOfWork) -> None:
    """Make room: of each person's runs the newest are kept."""
    runs.drop_old_runs(work)


JOBS = (Periodic("lab.drop-old-runs", 30, drop_old_runs),)
