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

from openevent.events.models import Event, Faq, SocialLink, Sponsor
from openevent.exchange.rules.bundle import EVENT_COLUMNS, PARTS, Part
from openevent.forms.models import CustomForm
from openevent.kit.services import Services
from openevent.programme.models import Microlocation, Session, SessionType, Speaker, Track, speakers_sessions
from openevent.site.rules.files import key_of
from openevent.tickets.models import Ticket, TicketStock

CONTENT_TYPE = "application/zip"
_MODELS: Mapping[str, type[Any]] = {
    "social_links": SocialLink,
    "tracks": Track,
    "microlocations": Microlocation,
    "session_types": SessionType,
    "sponsors": Sponsor,
    "speakers": Speaker,
    "sessions": Session,
    "forms": CustomForm,
    "faqs": Faq,
}
_MEDIA = {  # folder: (what is asked for, members that hold addresses, by file)
    "images": (
        "image",
        {"event": ("logo_url", "original_image_url"), "speakers": ("photo_url",), "sponsors": ("logo_url",)},
    ),
    "videos": ("video", {"sessions": ("video_url",)}),
    "audios": ("audio", {"sessions": ("audio_url",)}),
    "slides": ("document", {"sessions": ("slides_url",)}),
}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same archive for the same event


def render(db: Db, services: Services, event: Event, options: Mapping[str, Any]) -> bytes:
    """Return the archive; `options` says which of image, video, audio and document come along."""
    files: dict[str, list[dict[str, Any]]] = {
        "event": [{"id": event.id, "identifier": event.identifier, **_members(event, EVENT_COLUMNS)}]
    }
    for part in PARTS:
        files[part.name] = _tickets(db, event, part) if part.name == "tickets" else _rows(db, event, part)
    media = dict(_media(services, files, options))
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            _write(archive, name, _encoded(rows[0] if name == "event" else rows))
        _write(archive, "meta", _encoded({"root_url": services.site.url}))
        for name, data in media.items():
            _write(archive, name, data)
    return found.getvalue()


def _rows(db: Db, event: Event, part: Part) -> list[dict[str, Any]]:
    model = _MODELS[part.name]
    statement = select(model).where(model.event_id == event.id).order_by(model.id)
    if "deleted_at" in model.__table__.c:
        statement = statement.where(model.deleted_at.is_(None))
    columns = (*part.columns, *part.links)
    rows = [{"id": row.id, **_members(row, columns)} for row in db.scalars(statement)]
    if part.name == "sessions":
        _name_speakers(db, event, rows)
    return rows


def _name_speakers(db: Db, event: Event, rows: Iterable[dict[str, Any]]) -> None:
    links: Any = speakers_sessions.c
    found: dict[int, list[int]] = {}
    statement = select(links.session_id, links.speaker_id).join(Session, Session.id == links.session_id)
    for session_id, speaker_id in db.execute(statement.where(Session.event_id == event.id)):
        found.setdefault(session_id, []).append(speaker_id)
    for row in rows:
        row["speakers"] = sorted(found.get(row["id"], ()))


def _tickets(db: Db, event: Event, part: Part) -> list[dict[str, Any]]:
    statement = (
        select(Ticket, TicketStock.quantity)
        .join(TicketStock, TicketStock.ticket_id == Ticket.id)
        .where(Ticket.event_id == event.id, Ticket.deleted_at.is_(None))
        .order_by(Ticket.id)
    )
    columns = tuple(name for name in part.columns if name != "quantity")
    found = db.execute(statement)
    return [{"id": row.id, **_members(row, columns), "quantity": quantity} for row, quantity in found]


def _members(row: Any, columns: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401 -- any model
    return {name: _plain(getattr(row, name)) for name in columns}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _media(
    services: Services, files: Mapping[str, list[dict[str, Any]]], options: Mapping[str, Any]
) -> Iterable[tuple[str, bytes]]:
    """Yield the files that were uploaded here; addresses elsewhere stay addresses, nothing is fetched."""
    for folder, (option, places) in _MEDIA.items():
        if options.get(option) is not True:
            continue
        for file, names in places.items():
            for row in files[file]:
                for name in names:
                    key = key_of(row.get(name) or "", services.site.url)
                    data = services.storage.get(key) if key else None
                    if key and data is not None:
                        yield f"{folder}/{file}-{row['id']}-{key.rpartition('/')[2]}", data


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
