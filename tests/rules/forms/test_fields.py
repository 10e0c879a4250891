from __future__ import annotations

from typing import Any

import pytest

from openevent.forms.rules import Question
from openevent.forms.rules.fields import Field
from openevent.kit.errors import Invalid


def asked(
    identifier: str,
    type_: str = "text",
    *choices: str,
    own: bool = True,
    required: bool = False,
    limits: tuple[int | None, int | None] = (None, None),
) -> Field:
    return Field(1, Question(identifier, type_, required, own, *limits), "", declared=choices)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (asked("diet", "select", "Vegan"), "choice"),
        (asked("diet", "select"), "text"),
        (asked("diet", "checkbox", "Vegan"), "many"),
        (asked("diet", "checkbox"), "tick"),
        (asked("diet", "boolean"), "yes-no"),
        (asked("diet", "image"), "file"),
        (asked("phone", own=False), "phone"),
        (asked("phone"), "text"),
        (asked("github", "paragraph", own=False), "url"),
        (asked("is_consent_form_field", "richtextlink", own=False), "tick"),
        (asked("ageGroup", "text", "Young", own=False), "choice"),
        (asked("country", "text", "France", "Spain", own=False), "choice"),
        (asked("wiki_scholarship", "boolean", own=False), "yes-no"),
        (asked("home_wiki", "unheard-of", own=False), "text"),
    ],
)
def test_how_a_question_is_answered(field: Field, kind: str) -> None:
    assert field.kind == kind


def test_ages_and_genders_are_the_known_ones() -> None:
    assert asked("ageGroup", "select", "Young", own=False).choices[0] == "Under 18"
    assert asked("gender", "select", "X", own=False).choices == ("X",)
    assert asked("gender", "select", own=False).choices[0] == "Man"


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        (asked("size", "number"), ["-2,50"], -2.5),
        (asked("size", "number", required=True), ["0"], 0),
        (asked("home_wiki", "number", own=False), ["2,5"], "2,5"),
        (asked("wiki_scholarship", "boolean", own=False, required=True), ["No"], "No"),
        (asked("coming", "boolean", required=True), ["No"], False),
        (asked("acceptShareDetails", own=False), [], False),
        (asked("acceptShareDetails", own=False, required=True), ["on"], True),
        (asked("wiki_scholarship", "checkbox", own=False), ["on"], "Yes"),
        (asked("rules", "checkbox"), [""], None),
        (asked("cv", "file"), [], None),
        (asked("cv", "file"), ["https://example.org/cv.pdf"], "https://example.org/cv.pdf"),
        (asked("stars", "number", limits=(1, 5)), ["5"], 5),
        (asked("nick"), [" \u06a9\u200c\u06af "], "\u06a9\u200c\u06af"),
        (asked("blog", own=False), ["https://EXAMPLE.org:8080/a?b#c"], "https://EXAMPLE.org:8080/a?b#c"),
    ],
)
def test_what_an_answer_becomes(field: Field, sent: list[str], kept: Any) -> None:
    found = field.read(sent)

    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        (asked("nick", required=True), [" "]),
        (asked("rules", "checkbox", required=True), []),
        (asked("acceptShareDetails", own=False, required=True), []),
        (asked("diet", "checkbox", "Vegan", required=True), [""]),
        (asked("coming", "boolean", required=True), [""]),
        (asked("cv", "file", required=True), [""]),
        (asked("stars", "number", limits=(1, 5)), ["0"]),
        (asked("stars", "number", limits=(1, 5)), ["5.5"]),
        (asked("size", "number"), ["NaN"]),
        (asked("size", "number"), ["\u0661\u0662"]),
        (asked("nick"), ["two\nlines"]),
        (asked("story", "paragraph"), ["bell \x07"]),
        (asked("blog", own=False), ["javascript:alert(1)"]),
        (asked("blog", own=False), ["https://[::1"]),
        (asked("blog", own=False), ["https://example.org/ x"]),
        (asked("phone", own=False), ["12"]),
        (asked("phone", own=False), ["+49\u0660\u0660\u0660"]),
    ],
)
def test_what_is_no_answer(field: Field, sent: list[str]) -> None:
    with pytest.raises(Invalid):
        field.read(sent)


@pytest.mark.parametrize(
    ("field", "kept", "typed"),
    [
        (asked("days", "checkbox", "Fri", "Sat"), "Fri, Sat", ("Fri", "Sat")),
        (asked("days", "checkbox", "Fri", "Sat"), "Fri, Monday", ("Fri",)),
        (asked("days", "checkbox", "Fri", "Sat"), 7, ()),
        (asked("rules", "checkbox"), "true", ("Yes",)),
        (asked("rules", "checkbox"), False, ()),
        (asked("coming", "boolean"), True, ("Yes",)),
        (asked("size", "number"), float("inf"), ("inf",)),
        (asked("nick"), None, ()),
    ],
)
def test_an_answer_stands_in_the_form_again(field: Field, kept: object, typed: tuple[str, ...]) -> None:
    assert field.typed(kept) == typed
