"""A question as a form puts it: what it is called, how it is answered, what an answer becomes. Pure: values in and out.

What is typed is text; what is kept is what the API keeps: text, a number, true or false. Several choices are one text,
with a comma between them, because an answer is never a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct, field

from openevent.forms.rules import Question, beyond, column_of
from openevent.forms.rules.catalogue import ADDRESSES, AGE_GROUPS, BOOLEANS, GENDERS, PHONES
from openevent.kit.errors import Invalid

TEXT, PARAGRAPH, NUMBER, YEAR, EMAIL, PHONE, URL = "text", "paragraph", "number", "year", "email", "phone", "url"
TICK, YES_NO, CHOICE, MANY, FILE = "tick", "yes-no", "choice", "many", "file"
YES, NO = "Yes", "No"
LONGEST, LONGEST_TEXT = 255, 5000  # of what is typed: one line, several

_KINDS = {
    "paragraph": PARAGRAPH,
    "number": NUMBER,
    "year": YEAR,
    "email": EMAIL,
    "boolean": YES_NO,
    "file": FILE,
    "image": FILE,
}
_BETWEEN = ", "
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,9})?")
_YEAR = re.compile(r"[12][0-9]{3}")
_PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9A-Za-z+()/.,#*\s-]{3,60}")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{2,63}")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}")
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # Persian, Hindi, some emoji


class Field(Struct, frozen=True):
    """One question with all that a form needs to put it; `languages` has its name by language code."""

    id: int
    question: Question
    name: str
    help: str = ""  # HTML, as the organizer wrote it
    declared: tuple[str, ...] = ()
    main_language: str | None = None
    languages: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def column(self) -> str:
        """The member that the answer becomes."""
        return column_of(self.question.identifier)

    @property
    def kind(self) -> str:
        """How it is answered.

        >>> size, phone = Question("shoeSize", "number", is_complex=True), Question("phone")
        >>> Field(1, size, "Size").kind, Field(2, phone, "Phone").kind
        ('number', 'phone')
        """
        asked = self.question
        if not asked.is_complex and (known := _built_in_kind(asked.identifier)):
            return known
        if asked.type == "select" or (not asked.is_complex and self.choices):
            return CHOICE if self.choices else TEXT
        if asked.type == "checkbox":
            return MANY if self.choices else TICK
        return _KINDS.get(asked.type, TEXT)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen; ages are the ones that everybody knows, and genders when the organizer has no others."""
        if self.question.is_complex:
            return self.declared
        if self.column == "age_group":
            return AGE_GROUPS
        return self.declared or (GENDERS if self.column == "gender" else ())

    @property
    def longest(self) -> int:
        """How many characters may be typed."""
        return LONGEST_TEXT if self.kind == PARAGRAPH else LONGEST

    def called(self, wishes: Sequence[str]) -> tuple[str, str | None]:
        """Return its name in the first of the languages that somebody reads, and which that is, if that is known.

        >>> asked = Field(1, Question("size"), "Size", main_language="en", languages={"de": "Größe"})
        >>> asked.called(["fr", "de-AT", "en"]), asked.called(["en", "de"]), asked.called([])
        (('Größe', 'de'), ('Size', 'en'), ('Size', 'en'))
        """
        main = self.main_language or None
        names: dict[str, tuple[str, str | None]] = {
            _primary(code): (name, code) for code, name in self.languages.items()
        }
        names[_primary(main or "en")] = (self.name, main)
        found = (names[_primary(wish)] for wish in wishes if _primary(wish) in names)
        return next(found, (self.name, main))

    def read(self, sent: Sequence[str]) -> object:
        """Return the answer as it is kept, None for none; raises Invalid with what to do about it.

        >>> many = Field(1, Question("diet", "checkbox", is_complex=True), "Diet", declared=("Vegan", "Halal"))
        >>> many.read(["Halal", "Vegan"]), many.read([])
        ('Vegan, Halal', None)
        """
        kept = self._answer(sent)
        if self.question.is_required and (kept is None or (kept is False and self.kind == TICK)):
            raise Invalid(_MISSING.get(self.kind, "Please fill this in."))
        return kept

    def typed(self, kept: object) -> tuple[str, ...]:
        """Return an answer as it stands in the form.

        >>> Field(1, Question("size", "number", is_complex=True), "Size").typed(43.0)
        ('43',)
        """
        if self.kind == MANY:
            return _picked(kept if isinstance(kept, str) else "", self.choices)
        if self.kind == TICK:
            return (YES,) if kept else ()
        said = spoken(kept)
        return (said,) if said else ()

    def _answer(self, sent: Sequence[str]) -> object:
        if self.kind == MANY:
            return _BETWEEN.join(_among(sent, self.choices)) or None
        text = _tidy(sent[0] if sent else "", self.longest, lines=self.kind == PARAGRAPH)
        if self.kind == TICK:
            return bool(text) if self.column in BOOLEANS and not self.question.is_complex else (YES if text else None)
        if not text:
            return None
        if self.kind in (CHOICE, YES_NO):
            text = _among([text], self.choices if self.kind == CHOICE else (YES, NO))[0]
            return text == YES if self.kind == YES_NO and self.question.is_complex else text
        read = _READERS.get(self.kind, str)(text)
        if isinstance(read, int | float) and (told := beyond(self.question, read)):
            raise Invalid(told)
        return read if self.question.is_complex else text


def spoken(kept: object) -> str:
    """Return an answer as people read it; nothing for none.

    >>> spoken(True), spoken(None), spoken(1.5), spoken(1234567.0), spoken("Halal")
    ('Yes', '', '1.5', '1234567', 'Halal')
    """
    if kept is None:
        return ""
    if isinstance(kept, bool):
        return YES if kept else NO
    return str(int(kept)) if isinstance(kept, float) and kept.is_integer() else str(kept)


_MISSING = {
    TICK: "Please tick this box to go on.",
    YES_NO: "Please choose yes or no.",
    CHOICE: "Please choose one.",
    MANY: "Please choose at least one.",
    FILE: "Please choose a file.",
}


def _built_in_kind(identifier: str) -> str | None:
    column = column_of(identifier)
    kinds = ((PHONES, PHONE), (ADDRESSES, URL), (BOOLEANS, TICK))
    return next((kind for names, kind in kinds if column in names), None)


def _primary(tag: str) -> str:
    return re.split("[-_]", tag.strip().lower())[0]


def _tidy(text: str, limit: int, *, lines: bool) -> str:
    """Return what was typed without white space around it; raises Invalid for control characters and novels."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    plain = found.translate(_JOINERS)
    if not (plain.replace("\n", "").replace("\t", "") if lines else plain).isprintable():
        raise Invalid("Control characters are not allowed.")
    if len(found) > limit:
        raise Invalid(f"At most {limit} characters, please.")
    return found


def _among(sent: Sequence[str], choices: Sequence[str]) -> list[str]:
    """Return what was chosen, in the order it was offered; raises Invalid for what was not offered."""
    chosen = {one.strip() for one in sent if one.strip()}
    if not chosen <= {one.strip() for one in choices}:
        raise Invalid("Please choose from what is offered.")
    return [one for one in choices if one.strip() in chosen]


def _picked(kept: str, choices: Sequence[str]) -> tuple[str, ...]:
    """Return which choices a text is made of; the longest first, as a choice may have commas of its own.

    >>> _picked("Fish, no bones, Halal", ["Halal", "Fish, no bones"])
    ('Fish, no bones', 'Halal')
    """
    picked: list[str] = []
    longest = sorted(choices, key=len, reverse=True)
    while kept:
        found = next((one for one in longest if one and f"{kept}{_BETWEEN}".startswith(f"{one}{_BETWEEN}")), None)
        if found is None:
            break
        picked.append(found)
        kept = kept[len(found) + len(_BETWEEN) :]
    return tuple(picked)


def _number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        raise Invalid("Please enter a number such as 7 or 2.5.")
    point = text.replace(",", ".")
    return float(point) if "." in point else int(point)


def _like(pattern: re.Pattern[str], told: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        if not pattern.fullmatch(text):
            raise Invalid(told)
        return text

    return read


def _address(text: str) -> object:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if parts is None or parts.scheme not in ("http", "https") or re.search(r"\s", text) or not _HOST.fullmatch(host):
        raise Invalid("Please enter a whole address, such as https://example.org.")
    return text


_READERS: dict[str, Callable[[str], object]] = {
    NUMBER: _number,
    YEAR: _like(_YEAR, "Please enter a year, such as 1984."),
    EMAIL: _like(_MAIL, "Please enter an e-mail address, such as name@example.org."),
    PHONE: _like(_PHONE, "Please enter a phone number, such as +49 40 1234567."),
    URL: _address,
}
