"""What exchange announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportRequested:
    """Somebody waits for a file."""

    task_id: int


@dataclass(frozen=True, slots=True)
class ImportRequested:
    """Somebody has handed in a file."""

    task_id: int


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """A file that somebody waits for is made, or one that was handed in is read, or there is a reason why not."""

    task_id: int
