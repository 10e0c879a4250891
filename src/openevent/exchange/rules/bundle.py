"""What an archive of an event holds: which files, which members of each, and nothing that is private."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from openevent.exchange.rules.agenda import FileUnreadable
from openevent.exchange.rules.archives import Archive

_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name, the members of its rows, and which of them point into other files."""

    name: str
    columns: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict[str, str])


EVENT_COLUMNS = (
    *("name", "starts_at", "ends_at", "timezone", "online", "latitude", "longitude", "logo_url", "location_name"),
    *("searchable_location_name", "description", "original_image_url", "external_event_url", "owner_name"),
    *("owner_description", "has_owner_info", "is_map_shown", "is_sessions_speakers_enabled", "privacy", "ticket_url"),
    *("code_of_conduct", "payment_country", "payment_currency", "is_sponsors_enabled", "refund_policy"),
)
PARTS = (
    Part("social_links", ("name", "link")),
    Part("tracks", ("name", "description", "color", "font_color", "position")),
    Part("microlocations", ("name", "latitude", "longitude", "floor", "room", "position")),
    Part("session_types", ("name", "length", "position")),
    Part("sponsors", ("name", "description", "url", "level", "logo_url", "type")),
    Part(
        "speakers",
        (
            *("name", "email", "photo_url", "short_biography", "long_biography", "speaking_experience", "mobile"),
            *("website", "twitter", "facebook", "github", "mastodon", "linkedin", "instagram", "organisation"),
            *("is_featured", "position", "country", "city", "gender", "order"),
        ),
    ),
    Part(
        "sessions",
        (
            *("title", "subtitle", "level", "short_abstract", "long_abstract", "comments", "starts_at", "ends_at"),
            *("language", "slides_url", "video_url", "audio_url", "signup_url", "state", "website", "submitted_at"),
        ),
        {"track_id": "tracks", "microlocation_id": "microlocations", "session_type_id": "session_types"},
    ),
    Part(
        "forms", ("field_identifier", "form", "type", "name", "description", "is_required", "is_included", "position")
    ),
    Part("faqs", ("question", "answer")),
    Part(
        "tickets",
        (
            *("name", "description", "type", "price", "min_price", "max_price", "currency", "quantity", "position"),
            *("sales_starts_at", "sales_ends_at", "is_hidden", "min_order", "max_order"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An archive as it was read."""

    event: dict[str, Any]
    files: Mapping[str, list[dict[str, Any]]]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of one file."""
        return self.files.get(name, [])


def read_bundle(data: bytes) -> Bundle:
    """Read an archive; raises FileUnreadable that names the file."""
    archive = Archive(data)
    event = _decoded(archive, "event")
    if not isinstance(event, dict):
        raise FileUnreadable("event: an object was expected")
    files = {part.name: _rows(archive, part.name) for part in PARTS}
    return Bundle(cast("dict[str, Any]", event), files)


def _rows(archive: Archive, name: str) -> list[dict[str, Any]]:
    found = _decoded(archive, name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in cast("list[object]", found)):
        raise FileUnreadable(f"{name}: a list of objects was expected")
    rows = cast("list[dict[str, Any]]", found)
    if len(rows) > _MOST_ROWS:
        raise FileUnreadable(f"{name}: at most {_MOST_ROWS} rows are read")
    return rows


def _decoded(archive: Archive, name: str) -> object:
    data = archive.read(name)
    if data is None:
        data = archive.read(f"{name}.json")
    if data is None:
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f"{name}: {str(error)[:200]}") from None
