"""Badges as PDF, from values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openevent.door.rules.badges import Person, card, cased, colour, is_qr, paper, wanted
from openevent.kit.services import Pdf
from openevent.orders.documents import qr_code

TEMPLATE = "door/badge.typ"
_SMALLEST, _USUAL, _LARGEST = 4, 12, 200
_ALIGNMENTS = ("left", "center", "right")


def badge(
    pdf: Pdf,
    design: Mapping[str, Any],
    fields: Sequence[Mapping[str, Any]],
    person: Person | None,
    *,
    shown: Sequence[str] | None = None,
    picture: tuple[str, bytes] | None = None,
) -> bytes:
    """Return a badge of one page; without a person it shows the sample texts. `picture` is a file name and an image."""
    return badges(pdf, [(design, fields, person, shown, picture)])


Sheet = tuple[
    Mapping[str, Any],
    Sequence[Mapping[str, Any]],
    Person | None,
    Sequence[str] | None,
    tuple[str, bytes] | None,
]


def badges(pdf: Pdf, sheets: Sequence[Sheet]) -> bytes:
    """Return badges, a page each: design, fields, who wears it, the fields to show, and a picture."""
    images: dict[str, bytes] = {}
    pages = [_page(place, sheet, images) for place, sheet in enumerate(sheets)]
    return pdf.render(TEMPLATE, {"pages": pages}, images=images)


def _page(place: int, sheet: Sheet, images: dict[str, bytes]) -> dict[str, Any]:
    design, fields, person, shown, picture = sheet
    width, height = paper(design.get("badge_size"), design.get("badge_orientation"))
    if picture:
        images[picture[0]] = picture[1]
    lines: list[dict[str, Any]] = []
    for number, field in enumerate(fields):
        if wanted(field, shown):
            lines.append(_line(field, person, f"qr-{place}-{number}.svg", images))
    return {
        "width": width,
        "height": height,
        "colour": colour(design.get("badge_color"), "#ffffff"),
        "picture": picture[0] if picture else "",
        "lines": lines,
    }


def _line(field: Mapping[str, Any], person: Person | None, name: str, images: dict[str, bytes]) -> dict[str, Any]:
    someone = person or Person(0, {"firstname": "Sample", "lastname": "Person"})
    found = {"qr": "", "text": "", **_style(field)}
    if is_qr(field):
        images[name] = qr_code(card(someone, field.get("qr_custom_field") or []))
        return {**found, "qr": name}
    told = person.value(field.get("field_identifier"), field.get("custom_field")) if person else None
    text = (field.get("sample_text") or field.get("custom_field") or "") if told is None else told
    return {**found, "text": cased(text, field.get("text_type"))}


def _style(field: Mapping[str, Any]) -> dict[str, Any]:
    faces: list[Mapping[str, object]] = field.get("font_weight") or []
    said = " ".join(str(value).lower() for face in faces for value in face.values() if value)
    alignment = (field.get("text_alignment") or "center").lower()
    return {
        "size": min(max(field.get("font_size") or _USUAL, _SMALLEST), _LARGEST),
        "colour": colour(field.get("font_color"), "#000000"),
        "bold": "bold" in said or "700" in said,
        "italic": "italic" in said,
        "underline": "underline" in said,
        "align": alignment if alignment in _ALIGNMENTS else "center",
        "rotate": field.get("text_rotation") or 0,
        **{f"margin_{side}": field.get(f"margin_{side}") or 0 for side in ("top", "bottom", "left", "right")},
    }
