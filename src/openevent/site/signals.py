"""What the installation announces to itself."""

from __future__ import annotations

from msgspec import Struct


class UploadsDue(Struct, frozen=True):
    """There are uploads of yesterday and before: it is time to see which of them no row names."""


class UploadForgotten(Struct, frozen=True):
    """No row names an upload any more; `place` is where it lies in the storage, with its other sizes."""

    place: str
