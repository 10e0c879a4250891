"""Texts in other languages: gettext catalogues in `openevent/translations/<language>/LC_MESSAGES/messages.po`.

They are read as they are, so nothing has to be compiled, and once a process. What a catalogue does not have is said
in English.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

PLACE = Path(__file__).parent.parent / "translations"
DOMAIN = "messages"
ENGLISH = "en"
_MANNER = {ENGLISH: "en_GB"}  # days before months, 24 hours, for whom we know nothing of but the language


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are texts in, English first."""
    return (ENGLISH, *sorted(path.name for path in PLACE.iterdir() if catalogue(path.name).is_file()))


def catalogue(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return PLACE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def spoken(*wishes: str | None) -> str:
    """Return the first wish that there are texts for, English when there is none; `de-AT` is German.

    >>> spoken("xx", "de-AT", "en"), spoken(None, ""), spoken("../de")
    ('de', 'en', 'en')
    """
    known = languages()
    for wish in wishes:
        language = (wish or "").replace("_", "-").partition("-")[0].lower()
        if language in known:
            return language
    return ENGLISH


@cache
def texts(language: str) -> NullTranslations:
    """Return the catalogue of a language, with `gettext` and `ngettext`; English for one that there is none of."""
    if language == ENGLISH or language not in languages():
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- only where somebody reads another language
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- same

    compiled = io.BytesIO()
    with catalogue(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def locale_of(language: str) -> Locale:
    """Return in which manner days and amounts are written in a language.

    >>> str(locale_of("en")), str(locale_of("de")), str(locale_of("nonsense"))
    ('en_GB', 'de', 'en_GB')
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- only where a letter or a page is written

    try:
        return Locale.parse(_MANNER.get(language, language))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_MANNER[ENGLISH])
