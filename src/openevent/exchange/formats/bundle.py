"""An event as a zip archive of JSON files, with the media that were chosen."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from openevent.events.models import Event
from openevent.exchange.queries.parts import CATALOGUE_MODELS, LINKS, MODELS
from openevent.exchange.rules.bundle import EVENT_COLUMNS, MEDIA, PARTS, Part
from openevent.kit.services import Services
from openevent.site.rules.files import key_of
from openevent.tickets.models import TicketStock

CONTENT_TYPE = "application/zip"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same archive for the same event


def render(db: Db, services: Services, event: Event, options: Mapping[str, Any]) -> bytes:
    """Return the archive; `options` says which of image, video, audio and document come along."""
    files: dict[str, list[dict[str, Any]]] = {"event": [_event(db, event)]}
    for part in PARTS:
        files[part.name] = _rows(db, event, part)
    media = dict(_media(services, files, options))
    meta = {"root_url": services.site.url, "media": {address: path for address, (path, _) in media.items()}}
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            _write(archive, name, _encoded(rows[0] if name == "event" else rows))
        _write(archive, "meta", _encoded(meta))
        for path, data in media.values():
            _write(archive, path, data)
    return found.getvalue()


def _event(db: Db, event: Event) -> dict[str, Any]:
    slugs: dict[str, str | None] = {}
    for name, model in CATALOGUE_MODELS.items():
        key = getattr(event, f"{name}_id")
        slugs[name] = db.scalar(select(model.slug).where(model.id == key)) if key else None
    return {"id": event.id, "identifier": event.identifier, **_members(event, EVENT_COLUMNS), **slugs}


def _rows(db: Db, event: Event, part: Part) -> list[dict[str, Any]]:
    model = MODELS[part.name]
    statement = select(model).where(model.event_id == event.id).order_by(model.id)
    if "deleted_at" in model.__table__.c:
        statement = statement.where(model.deleted_at.is_(None))
    rows = [{"id": row.id, **_members(row, (*part.columns, *part.links))} for row in db.scalars(statement)]
    if part.many:
        _name_many(db, event, part, rows)
    if part.name == "tickets":
        counted = select(TicketStock.ticket_id, TicketStock.quantity).where(TicketStock.event_id == event.id)
        quantities: dict[int, int] = {row.ticket_id: row.quantity for row in db.execute(counted)}
        for row in rows:
            row["quantity"] = quantities[row["id"]]
    return rows


def _name_many(db: Db, event: Event, part: Part, rows: Iterable[dict[str, Any]]) -> None:
    model, target, (link, own, other) = MODELS[part.name], MODELS[part.many], LINKS[part.name]
    statement = select(link.c[own], link.c[other]).join(model, model.id == link.c[own])
    statement = statement.join(target, target.id == link.c[other]).where(target.deleted_at.is_(None))
    found: dict[int, list[int]] = {}
    for key, to in db.execute(statement.where(model.event_id == event.id)):
        found.setdefault(key, []).append(to)
    for row in rows:
        row[part.many] = sorted(found.get(row["id"], ()))


def _members(row: Any, columns: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401 -- any model
    return {name: _plain(getattr(row, name)) for name in columns}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _media(
    services: Services, files: Mapping[str, list[dict[str, Any]]], options: Mapping[str, Any]
) -> Iterable[tuple[str, tuple[str, bytes]]]:
    """Yield the files that were uploaded here, by address, with their paths in the archive; nothing is fetched."""
    for folder, (option, places) in MEDIA.items():
        if options.get(option) is not True:
            continue
        for file, names in places.items():
            for row in files[file]:
                for address in filter(None, (row.get(name) for name in names)):
                    key = key_of(address, services.site.url)
                    data = services.storage.get(key) if key else None
                    if key and data is not None:
                        yield address, (f"{folder}/{file}-{row['id']}-{key.rpartition('/')[2]}", data)


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
