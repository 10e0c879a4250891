"""What an archive of an event holds: which files, which members of each, and nothing that is private."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct, field

from openevent.exchange.rules.agenda import FileUnreadable
from openevent.exchange.rules.archives import Archive

_MOST_ROWS = 20_000


class Part(Struct, frozen=True):
    """One file: its name, the members of its rows, and which of them point into other files.

    `many` is a member that lists rows of the file of that name.
    """

    name: str
    columns: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    many: str = ""


EVENT_COLUMNS = (
    *("name", "starts_at", "ends_at", "timezone", "online", "latitude", "longitude", "logo_url", "location_name"),
    *("searchable_location_name", "description", "original_image_url", "external_event_url", "owner_name"),
    *("owner_description", "has_owner_info", "is_map_shown", "is_sessions_speakers_enabled", "privacy", "ticket_url"),
    *("code_of_conduct", "payment_country", "payment_currency", "is_sponsors_enabled", "refund_policy"),
    *("after_order_message", "show_remaining_tickets", "is_ticket_form_enabled", "is_cfs_enabled", "is_tax_enabled"),
    *("is_billing_info_mandatory", "is_donation_enabled", "can_pay_by_cheque", "can_pay_by_bank", "can_pay_by_invoice"),
    *("can_pay_onsite", "language"),
    *("ticket_color", "ticket_paper_color", "ticket_note"),
)
CATALOGUES = ("event_type", "event_topic", "event_sub_topic")  # known by their slugs in every installation
PARTS = (
    Part("social_links", ("name", "link")),
    Part("tracks", ("name", "description", "color", "font_color", "position")),
    Part("microlocations", ("name", "latitude", "longitude", "floor", "room", "position")),
    Part("session_types", ("name", "length", "position")),
    Part("sponsors", ("name", "description", "url", "level", "logo_url", "type")),
    Part(
        "exhibitors",
        (
            *("name", "status", "description", "url", "position", "logo_url", "banner_url", "video_url"),
            *("slides_url", "contact_email", "contact_link"),
        ),
    ),
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
        many="speakers",
    ),
    Part(
        "forms",
        (
            *("field_identifier", "form", "type", "name", "description", "is_required", "is_included", "is_public"),
            *("position", "is_complex", "is_fixed", "form_id", "min", "max", "main_language", "is_allow_edit"),
        ),
    ),
    Part("form_options", ("value",), {"custom_form_id": "forms"}),
    Part("form_translations", ("name", "language_code", "form_id"), {"custom_form_id": "forms"}),
    Part("faq_types", ("name",)),
    Part("faqs", ("question", "answer"), {"faq_type_id": "faq_types"}),
    Part(
        "tickets",
        (
            *("name", "description", "type", "price", "min_price", "max_price", "currency", "position"),
            *("sales_starts_at", "sales_ends_at", "is_hidden", "min_order", "max_order", "is_description_visible"),
            *("is_fee_absorbed", "is_checkin_restricted", "auto_checkin_enabled", "form_id"),
        ),
    ),
    Part("ticket_tags", ("name",), many="tickets"),
    Part(
        "taxes",
        (
            *("name", "rate", "is_tax_included_in_price", "country", "tax_id", "should_send_invoice"),
            *("registered_company", "address", "city", "state", "zip"),
            "invoice_footer",
        ),
    ),
    Part("speakers_calls", ("announcement", "starts_at", "soft_ends_at", "ends_at", "privacy")),
    Part("copyrights", ("holder", "holder_url", "licence", "licence_url", "year", "logo_url")),
)
MEDIA: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]] = {
    # folder: (what is asked for, members that hold addresses, by file)
    "images": (
        "image",
        {
            "event": ("logo_url", "original_image_url"),
            "speakers": ("photo_url",),
            "sponsors": ("logo_url",),
            "exhibitors": ("logo_url", "banner_url"),
            "copyrights": ("logo_url",),
        },
    ),
    "videos": ("video", {"sessions": ("video_url",), "exhibitors": ("video_url",)}),
    "audios": ("audio", {"sessions": ("audio_url",)}),
    "slides": ("document", {"sessions": ("slides_url",), "exhibitors": ("slides_url",)}),
}


class Bundle(Struct, frozen=True):
    """An archive as it was read."""

    event: dict[str, Any]
    files: Mapping[str, list[dict[str, Any]]]
    media: Mapping[str, bytes] = field(default_factory=dict[str, bytes])  # by the address that rows name

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
    return Bundle(cast("dict[str, Any]", event), files, _media(archive))


def _media(archive: Archive) -> dict[str, bytes]:
    """Return the media that came along; only members of the archive are read, and nothing is unpacked to a disk."""
    meta = _decoded(archive, "meta")
    told = cast("dict[str, Any]", meta).get("media") if isinstance(meta, dict) else None
    if told is None:
        return {}
    if not isinstance(told, dict) or not all(isinstance(path, str) for path in cast("dict[str, Any]", told).values()):
        raise FileUnreadable("meta.media: an object of paths was expected")
    found: dict[str, bytes] = {}
    for address, path in cast("dict[str, str]", told).items():
        data = archive.read(path)
        if data is None:
            raise FileUnreadable(f"{path[:200]}: the archive does not hold this file")
        found[address] = data
    return found


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
