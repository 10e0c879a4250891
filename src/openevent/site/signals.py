"""What the installation announces to itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UploadsDue:
    """There are uploads of yesterday and before: it is time to see which of them no row names."""


@dataclass(frozen=True, slots=True)
class UploadForgotten:
    """No row names an upload any more; `place` is where it lies in the storage, with its other sizes."""

    place: str
