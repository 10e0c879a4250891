"""Other sizes of the pictures that people have uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from openevent.kit.pictures import Frame, NoPicture, resized
from openevent.kit.work import UnitOfWork
from openevent.site.rules.files import content_type_of, key_of, size_key


def show_sizes(
    work: UnitOfWork,
    original: InstrumentedAttribute[str | None],
    row_id: int,
    address: str | None,
    frames: Mapping[str, Frame],
) -> None:
    """Make other sizes of the picture in a row's column `original`, and show each in the column `<name>_image_url`.

    `address` is what the column held when the sizes were asked for: a row that shows another picture by now, or is
    gone, is left alone, and so is one with a picture from elsewhere, or with a file that is gone or no picture.
    """
    model: Any = original.class_
    if address is None or work.db.scalar(select(original).where(model.id == row_id)) != address:
        return
    made = {f"{name}_image_url": url for name, url in _made(work, address, frames).items()}
    if made:  # asked again when it is written: making them took a while
        work.db.execute(update(model).where(model.id == row_id, original == address).values(made))


def _made(work: UnitOfWork, address: str, frames: Mapping[str, Frame]) -> dict[str, str]:
    key = key_of(address, work.services.site.url)
    data = work.services.storage.get(key) if key else None
    if key is None or data is None:
        return {}
    try:
        made = {name: resized(data, frame) for name, frame in frames.items()}
    except NoPicture:
        return {}
    return {name: _keep(work, size_key(key, name, *found), found[0]) for name, found in made.items()}


def _keep(work: UnitOfWork, key: str, data: bytes) -> str:
    """Keep a picture beside its original. Nothing is undone on failure: the next attempt writes the same file."""
    work.services.storage.put(key, data, content_type=content_type_of(data))
    return work.services.site.link(f"/static/{key}")
