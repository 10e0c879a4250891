"""What exchange announces."""

from __future__ import annotations

from msgspec import Struct


class ExportRequested(Struct, frozen=True):
    """Somebody waits for a file."""

    task_id: int


class ImportRequested(Struct, frozen=True):
    """Somebody has handed in a file."""

    task_id: int


class TaskEnded(Struct, frozen=True):
    """A file that somebody waits for is made, or one that was handed in is read, or there is a reason why not."""

    task_id: int
