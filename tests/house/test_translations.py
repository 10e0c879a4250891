"""Every text that can be translated is translated, and says the same things in every language."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from openevent.kit.translations import ENGLISH, catalogue, languages, locale_of, spoken, texts
from openevent.orders.rules.states import WHY_RETURNED

SRC = Path(__file__).parents[2] / "src" / "openevent"
PLACE = re.compile(r"%\(\w+\)s|\{\w*\}|\*\*")


def extracted():
    """Return every text that templates of mails and Python modules mark as to be translated."""
    found = set()
    for path in SRC.glob("*/templates/mails/*.md"):
        found |= {
            one for _, one, *_ in extract_from_file("jinja2.ext:babel_extract", path, options={"trimmed": "true"})
        }
    for path in SRC.rglob("*.py"):
        if "gettext" in path.read_text():
            found |= {one for _, one, *_ in extract_from_file("python", path, keywords={"_": None})}
    return found


def test_there_is_something_to_translate():
    assert "Your ticket for %(event_name)s" in extracted()
    assert len(extracted()) > 40


@pytest.mark.parametrize("language", [one for one in languages() if one != ENGLISH])
def test_every_text_is_translated_with_the_same_places_for_values(language):
    with catalogue(language).open("rb") as file:
        read = read_po(file, locale=language)
    said = {one.id: one.string for one in read if one.id}
    dynamic = {"Online", "To be announced", *WHY_RETURNED}  # what place_of says, and why money goes back

    assert extracted() - {one for one, text in said.items() if text} == set()
    assert set(said) - extracted() == dynamic, "nobody says these any more"
    for one, text in said.items():
        assert sorted(PLACE.findall(one)) == sorted(PLACE.findall(text)), one


def test_a_language_that_nobody_has_translated_is_english():
    assert (spoken("xx", None), str(locale_of("xx-")), texts("xx").gettext("When")) == ("en", "en_GB", "When")
    assert texts("de").gettext("no such text") == "no such text"
