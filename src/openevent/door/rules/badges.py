"""What a badge says: fields as they come in, and as they are printed for somebody. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from openevent.kit.errors import Invalid

MOST_FIELDS = 60
_MOST_CHOICES = 60
_LONGEST = {"sample_text": 2_000, "field_identifier": 120, "custom_field": 120, "font_name": 120, "badge_id": 64}
_SHORT = 40
_TEXTS = (*_LONGEST, "font_color", "text_alignment", "text_type")
_NUMBERS = ("font_size", "text_rotation", "margin_top", "margin_bottom", "margin_left", "margin_right")
_SWITCHES = ("is_deleted", "is_field_expanded")
_FACES = ("name", "font_weight", "font_style", "text_decoration")
COLUMNS = (*_TEXTS, *_NUMBERS, *_SWITCHES, "font_weight", "qr_custom_field")
_FARTHEST = 10_000
_KEY_MOST = 2**63 - 1
QR = "qr"


class BadgeInvalid(Invalid):
    """A badge that can't be printed like this."""

    code = "badge-invalid"


def snake(name: str) -> str:
    """Return a member's name as columns are called, whichever way a client spells it.

    >>> snake("fontSize"), snake("font-size"), snake("font_size")
    ('font_size', 'font_size', 'font_size')
    """
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()


def read_fields(sent: object, pointer: str) -> list[dict[str, Any]]:
    """Return the fields of a badge as columns, `id` for known ones; raises BadgeInvalid with a pointer."""
    if sent is None:
        return []
    if not isinstance(sent, list):
        raise BadgeInvalid("A list of fields is needed.", pointer=pointer)
    entries = cast("list[object]", sent)
    if len(entries) > MOST_FIELDS:
        raise BadgeInvalid(f"A badge has at most {MOST_FIELDS} fields.", pointer=pointer)
    return [read_field(entry, f"{pointer}/{place}") for place, entry in enumerate(entries)]


def read_field(sent: object, pointer: str) -> dict[str, Any]:
    """Return one field as columns; unknown members are ignored. Raises BadgeInvalid."""
    if not isinstance(sent, dict):
        raise BadgeInvalid("A field is an object.", pointer=pointer)
    members = {snake(str(name)): value for name, value in cast("dict[Any, Any]", sent).items()}
    found = {name: read(members[name], f"{pointer}/{name}", name) for name, read in _READERS.items() if name in members}
    key = members.get("badge_field_id")
    if key is not None:
        if isinstance(key, str) and re.fullmatch(r"[0-9]{1,18}", key):
            key = int(key)
        if type(key) is not int or not 0 < key <= _KEY_MOST:
            raise BadgeInvalid("Not a valid integer.", pointer=f"{pointer}/badge_field_id")
        found["id"] = key
    return found


def _text(value: object, pointer: str, name: str) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > _LONGEST.get(name, _SHORT)):
        raise BadgeInvalid("Not a valid string, or too long.", pointer=pointer)
    if isinstance(value, str) and re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", value):
        raise BadgeInvalid("Not a valid string.", pointer=pointer)
    return value


def _number(value: object, pointer: str, _name: str) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,5}", value):
        value = int(value)
    if value is not None and (type(value) is not int or not -_FARTHEST <= value <= _FARTHEST):
        raise BadgeInvalid("Not a valid integer.", pointer=pointer)
    return value


def _switch(value: object, pointer: str, _name: str) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise BadgeInvalid("Not a valid boolean.", pointer=pointer)
    return value


def _faces(value: object, pointer: str, _name: str) -> list[dict[str, str | None]] | None:
    entries = _list(value, pointer)
    if entries is None:
        return None
    found: list[dict[str, str | None]] = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise BadgeInvalid("A style is an object.", pointer=pointer)
        style = cast("dict[str, object]", entry)
        found.append({name: _text(style[name], pointer, name) for name in _FACES if name in style})
    return found


def _choices(value: object, pointer: str, _name: str) -> list[str] | None:
    entries = _list(value, pointer)
    if entries is None:
        return None
    return [_text(entry, pointer, "custom_field") or "" for entry in entries]


def _list(value: object, pointer: str) -> list[object] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(cast("list[object]", value)) > _MOST_CHOICES:
        raise BadgeInvalid("Not a valid list.", pointer=pointer)
    return cast("list[object]", value)


_Reader = Callable[[object, str, str], Any]
_READERS: Mapping[str, _Reader] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_SWITCHES, _switch),
    "font_weight": _faces,
    "qr_custom_field": _choices,
}

# --- paper -----------------------------------------------------------------------------------------------------------

_PAPERS = {
    "a3": (297.0, 420.0),
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "a6": (105.0, 148.0),
    "a7": (74.0, 105.0),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "cr80": (54.0, 85.6),
}
_MEASURE = re.compile(
    r"(\d{1,4}(?:\.\d{1,3})?)\s*(mm|cm|in)?[a-z\"]*\s*[x\u00d7]\s*(\d{1,4}(?:\.\d{1,3})?)\s*(mm|cm|in)?", re.IGNORECASE
)
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
_LEAST, _MOST = 20.0, 1_200.0


def paper(size: str | None, orientation: str | None) -> tuple[float, float]:
    """Return width and height of a badge in millimetres; A6 where the size says nothing that can be printed.

    >>> paper("A6", "Landscape"), paper("4 x 3 in", None), paper(None, None)
    ((148.0, 105.0), (101.6, 76.2), (105.0, 148.0))
    """
    text = size or ""
    measure = _MEASURE.search(text)
    name = re.search(r"[a-z]+[0-9]*", text.lower())
    found = _PAPERS["a6"]
    if measure:
        unit = _MM[(measure[4] or measure[2] or "mm").lower()]
        width, height = (round(float(measure[part]) * unit, 2) for part in (1, 3))
        if min(width, height) >= _LEAST and max(width, height) <= _MOST:
            found = width, height
    elif name:
        found = _PAPERS.get(name[0], found)
    narrow, wide = sorted(found)
    turned = {"landscape": (wide, narrow), "portrait": (narrow, wide)}
    return turned.get((orientation or "").lower(), found)


def colour(text: str | None, default: str) -> str:
    """Return a colour as #rrggbb.

    >>> colour("#FfF", "#000000"), colour("red; }", "#000000")
    ('#ffffff', '#000000')
    """
    found = re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text or "")
    if not found:
        return default
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004 -- rrggbb


# --- what is printed -------------------------------------------------------------------------------------------------


def folded(name: str) -> str:
    """Return a field's name as names are compared: clients write jobTitle, job-title, Job Title.

    >>> folded("Job Title"), folded("jobTitle"), folded("job-title")
    ('jobtitle', 'jobtitle', 'jobtitle')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Person(Struct, frozen=True):
    """Who wears a badge: an id, and what is known by folded names of fields."""

    id: int
    values: Mapping[str, str]

    def value(self, *names: str | None) -> str:
        """Return the first of these fields that says something."""
        return next((found for name in names if name and (found := self.values.get(folded(name), ""))), "")


def wanted(field: Mapping[str, Any], shown: Sequence[str] | None) -> bool:
    """Tell whether a field is to be printed; `shown` are names of fields, None means all."""
    if field.get("is_deleted"):
        return False
    names = {folded(field.get(name) or "") for name in ("field_identifier", "custom_field")}
    return shown is None or not names.isdisjoint({folded(name) for name in shown})


def is_qr(field: Mapping[str, Any]) -> bool:
    """Tell whether a field is a QR code."""
    return QR in {folded(field.get(name) or "") for name in ("custom_field", "field_identifier")}


def cased(text: str, kind: str | None) -> str:
    """Return a text in the case that a field asks for.

    >>> cased("Chi", "UPPERCASE"), cased("Chi", "lowercase"), cased("chi ng", "Capitalize"), cased("Chi", None)
    ('CHI', 'chi', 'Chi Ng', 'Chi')
    """
    word = folded(kind or "")
    if word.startswith("upper"):
        return text.upper()
    if word.startswith("lower"):
        return text.lower()
    return text.title() if word.startswith(("capital", "title")) else text


_CARD = {  # vCard 3.0 (RFC 2426): the property that each field becomes
    "email": "EMAIL",
    "phone": "TEL;TYPE=CELL",
    "workphone": "TEL;TYPE=WORK",
    "company": "ORG",
    "organisation": "ORG",
    "jobtitle": "TITLE",
    "website": "URL",
    "address": "ADR",
    "city": "NOTE",
    "country": "NOTE",
}


def card(person: Person, chosen: Sequence[str]) -> str:
    r"""Return the vCard 3.0 in a badge's QR code: the chosen fields, and which attendee this is.

    >>> print(card(Person(7, {"firstname": "Chi", "lastname": "Ng; B", "email": "c@example.org"}), ["email"]))
    BEGIN:VCARD
    VERSION:3.0
    N:Ng\; B;Chi;;;
    FN:Chi Ng\; B
    EMAIL:c@example.org
    UID:7
    END:VCARD
    """
    first, last = person.value("firstname"), person.value("lastname")
    name = [f"N:{_escaped(last)};{_escaped(first)};;;", f"FN:{_escaped(f'{first} {last}'.strip())}"]
    lines = [_line(folded(field), person.value(field)) for field in dict.fromkeys(chosen)]
    told = [line for line in lines if line]
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *name, *told, f"UID:{person.id}", "END:VCARD"])


def _line(field: str, value: str) -> str:
    if not value or field in ("firstname", "lastname"):
        return ""
    name = _CARD.get(field)
    if name == "ADR":
        return f"ADR:;;{_escaped(value)};;;;"
    return f"{name}:{_escaped(value)}" if name else f"X-{field.upper()}:{_escaped(value)}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r", "").replace("\n", "\\n")
