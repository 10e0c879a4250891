"""Decisions about forms: what is asked, and whether the answers will do. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from openevent.forms.rules.catalogue import ATTENDEE, FORMS, LABELS, RELATIONSHIPS, SESSION, SPEAKER, TYPES
from openevent.kit.errors import Invalid
from openevent.site.rules.files import FORMS as FILE_FORMS
from openevent.site.rules.files import is_image, key_of

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
    "beyond",
    "column_of",
    "is_built_in",
    "label",
    "limits",
    "translations",
]

MOST_COMPLEX = 30  # answers that one record keeps to an organizer's own questions
_LONGEST = 10_000
_TRANSLATIONS = "/data/attributes/translations"
_MOST_TRANSLATIONS = 200
_COMPLEX = "/data/attributes/complex-field-values"
_NUMBER, _EMAIL, _BOOLEAN = "number", "email", "boolean"
_IMAGE = "image"
_FILES = ("file", _IMAGE)
_UNSET = (0, 10)
_PICTURES = {one.ending for one in FILE_FORMS if is_image(one)}
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{2,63}")


class Question(Struct, frozen=True):
    """One question as answers are checked against it."""

    identifier: str
    type: str = "text"
    is_required: bool = False
    is_complex: bool = False
    least: int | None = None  # of a number
    most: int | None = None


def limits(kind: str, least: int | None, most: int | None) -> tuple[int | None, int | None]:
    """Return between which numbers an answer has to be.

    Every question has limits on the wire, 0 and 10 until somebody sets others: those two bind nobody.

    >>> limits("number", 1, 5), limits("number", 0, 10), limits("text", 1, 5)
    ((1, 5), (None, None), (None, None))
    """
    return (least, most) if kind == _NUMBER and (least, most) != _UNSET else (None, None)


def beyond(question: Question, number: float) -> str | None:
    """Return what is wrong with a number outside of its question's limits, None for one inside.

    >>> beyond(Question("age", "number", least=18), 17), beyond(Question("age", "number", least=18), 18)
    ('Must be at least 18.', None)
    """
    if question.least is not None and number < question.least:
        return f"Must be at least {question.least}."
    if question.most is not None and number > question.most:
        return f"Must be at most {question.most}."
    return None


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
    site: str = "",
) -> dict[str, Any] | None:
    """Return the answers to an organizer's own questions as they are kept; None when nothing is left.

    `record` holds the built-in members as they would be stored, `given` the answers to own questions. Answers to what
    is not asked are dropped; more than `most` are refused. A file is answered by the address of an upload to `site`.
    Raises Invalid, with a pointer at the first member that is missing or wrong.

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
            _check_type(one, found[name], site)
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


def _check_type(question: Question, value: object, site: str) -> None:
    is_file = question.type in _FILES
    told = _file_fault(question.type, value, site) if is_file else _fault(question.type, value)
    if told is None and question.type == _NUMBER:
        told = beyond(question, cast("float", value))
    if told:
        raise Invalid(told, pointer=_pointer(question))


def _fault(kind: str, value: object) -> str | None:
    """Return what is wrong with an answer to a question of this type.

    >>> _fault("number", 1.5), _fault("number", True), _fault("boolean", True), _fault("text", 7)
    (None, 'Not a valid number.', None, 'Not a valid string.')
    >>> _fault("email", "ana@example.org"), _fault("email", "ana")
    (None, 'Not a valid email address.')
    """
    if kind == _NUMBER:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if is_number else "Not a valid number."
    if kind == _BOOLEAN and isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return "Not a valid string."
    return "Not a valid email address." if kind == _EMAIL and not _MAIL.fullmatch(value) else None


def _file_fault(kind: str, value: object, site: str) -> str | None:
    """Return what is wrong with an answer that has to be an upload of ours.

    >>> _file_fault("image", "https://here.example/static/media/0a/me.png", "https://here.example")
    >>> _file_fault("image", "https://here.example/static/media/0a/cv.pdf", "https://here.example")
    'That is no picture.'
    """
    key = key_of(value, site) if isinstance(value, str) else None
    if key is None:
        return "Please upload the file here, and answer with its address."
    return "That is no picture." if kind == _IMAGE and key.rpartition(".")[2] not in _PICTURES else None


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
