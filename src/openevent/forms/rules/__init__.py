"""Decisions about forms: what is asked, and whether the answers will do. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from openevent.forms.rules.catalogue import ATTENDEE, FORMS, LABELS, RELATIONSHIPS, SESSION, SPEAKER, TYPES
from openevent.kit.errors import Invalid

__all__ = [
    "ATTENDEE",
    "FORMS",
    "MOST_COMPLEX",
    "SESSION",
    "SPEAKER",
    "TYPES",
    "Question",
    "Translation",
    "answers",
    "column_of",
    "is_built_in",
    "label",
    "translations",
]

MOST_COMPLEX = 30  # answers that one record keeps to an organizer's own questions
_LONGEST = 10_000
_TRANSLATIONS = "/data/attributes/translations"
_MOST_TRANSLATIONS = 200
_COMPLEX = "/data/attributes/complex-field-values"
_NUMBER, _EMAIL, _BOOLEAN = "number", "email", "boolean"
_FILES = ("file", "image")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{2,63}")


class Question(Struct, frozen=True):
    """One question as answers are checked against it."""

    identifier: str
    type: str = "text"
    is_required: bool = False
    is_complex: bool = False


def is_built_in(form: str, identifier: str) -> bool:
    """Tell whether a question is about a member that the record has anyway.

    >>> is_built_in("attendee", "jobTitle"), is_built_in("session", "jobTitle")
    (True, False)
    """
    return identifier in LABELS[form]


def label(form: str, identifier: str) -> str:
    """Return what a built-in question is called, and the identifier of any other.

    >>> label("attendee", "jobTitle"), label("speaker", "shoeSize")
    ('Job Title', 'shoeSize')
    """
    return LABELS[form].get(identifier, identifier)


def column_of(identifier: str) -> str:
    """Return the name of the member that a question is about, and the key of an own question's answer.

    >>> column_of("jobTitle"), column_of("native_language"), column_of("best-friend")
    ('job_title', 'native_language', 'best_friend')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).replace("-", "_").lower()


def answers(
    questions: Sequence[Question],
    record: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    *,
    most: int = MOST_COMPLEX,
) -> dict[str, Any] | None:
    """Return the answers to an organizer's own questions as they are kept; None when nothing is left.

    `record` holds the built-in members as they would be stored, `given` the answers to own questions. Answers to what
    is not asked are dropped; more than `most` are refused. Raises Invalid, with a pointer at the first member that is
    missing or wrong.

    >>> answers([Question("shoeSize", "number", is_complex=True)], {}, {"shoeSize": 43, "nonsense": "x"})
    {'shoe_size': 43}
    """
    if given is not None and not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] -- JSON
        raise Invalid("Answers are an object.", pointer=_COMPLEX)
    found = {column_of(name): value for name, value in (given or {}).items()}
    _check_flat(found, most)
    _check_missing(questions, record, found)
    own = {column_of(one.identifier): one for one in questions if one.is_complex}
    for name, one in own.items():
        if found.get(name) is not None:
            _check_type(one, found[name])
    kept = {name: value for name, value in found.items() if name in own}
    return kept or None


def _check_flat(given: Mapping[str, Any], most: int) -> None:
    if len(given) > most:
        raise Invalid(f"At most {most} answers to own questions are kept.", pointer=_COMPLEX)
    for name, value in given.items():
        if isinstance(value, dict | list):
            raise Invalid("An answer is a text, a number, true, false or null.", pointer=f"{_COMPLEX}/{name}")
        if isinstance(value, str) and len(value) > _LONGEST:
            raise Invalid(f"Longer than maximum length {_LONGEST}.", pointer=f"{_COMPLEX}/{name}")


def _check_missing(questions: Sequence[Question], record: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    missing = [one for one in questions if one.is_required and not _is_answered(one, record, given)]
    if missing:
        names = ", ".join(sorted(one.identifier for one in missing))
        raise Invalid(f"Missing required fields: {names}", pointer=_pointer(missing[0]))


def _is_answered(question: Question, record: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    name = column_of(question.identifier)
    if question.is_complex:
        return given.get(name) is not None
    return question.identifier in RELATIONSHIPS or bool(record.get(name))


def _pointer(question: Question) -> str:
    name = column_of(question.identifier)
    return f"{_COMPLEX}/{name}" if question.is_complex else f"/data/attributes/{name.replace('_', '-')}"


def _check_type(question: Question, value: object) -> None:
    told = _fault(question.type, value)
    if told:
        raise Invalid(told, pointer=_pointer(question))


def _fault(kind: str, value: object) -> str | None:
    """Return what is wrong with an answer to a question of this type.

    >>> _fault("number", 1.5), _fault("number", True), _fault("boolean", True), _fault("text", 7)
    (None, 'Not a valid number.', None, 'Not a valid string.')
    >>> _fault("email", "ana@example.org"), _fault("email", "ana"), _fault("image", "x.png")
    (None, 'Not a valid email address.', 'Files are no answers to own questions.')
    """
    if kind in _FILES:
        return "Files are no answers to own questions."
    if kind == _NUMBER:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if is_number else "Not a valid number."
    if kind == _BOOLEAN and isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return "Not a valid string."
    return "Not a valid email address." if kind == _EMAIL and not _MAIL.fullmatch(value) else None


class Translation(Struct, frozen=True):
    """A question's label in another language, as it was sent; with an id when it is there already."""

    name: str
    language_code: str
    id: int | None = None
    is_deleted: bool = False


def translations(sent: object) -> list[Translation]:
    """Return the entries of a question's translations; raises Invalid with a pointer.

    >>> translations([{"name": "Vorname", "language_code": "de", "isDeleted": False}])
    [Translation(name='Vorname', language_code='de', id=None, is_deleted=False)]
    """
    if sent is None:
        return []
    entries = cast("list[object]", sent) if isinstance(sent, list) else None
    if entries is None or len(entries) > _MOST_TRANSLATIONS:
        raise Invalid(f"Translations are a list of at most {_MOST_TRANSLATIONS}.", pointer=_TRANSLATIONS)
    return [_translation(entry, f"{_TRANSLATIONS}/{place}") for place, entry in enumerate(entries)]


def _translation(entry: object, pointer: str) -> Translation:
    if not isinstance(entry, dict):
        raise Invalid("A translation is an object with name and language_code.", pointer=pointer)
    sent = cast("dict[str, object]", entry)
    name, code = (_words(sent, member, pointer) for member in ("name", "language_code"))
    known = sent.get("id")
    key = known if isinstance(known, int) and not isinstance(known, bool) else None
    return Translation(name, code, key, sent.get("isDeleted") is True)


def _words(sent: Mapping[str, object], member: str, pointer: str) -> str:
    found = sent.get(member)
    if not isinstance(found, str) or not found.strip() or len(found) > _LONGEST:
        raise Invalid("Not a valid string.", pointer=f"{pointer}/{member}")
    return found
