from __future__ import annotations

from typing import Any

import pytest

from openevent.forms.rules import MOST_COMPLEX, Question, answers
from openevent.kit.errors import Invalid

TITLE = Question("shortAbstract", is_required=True)
SIZE = Question("shoeSize", "number", is_required=True, is_complex=True)
WORDS = Question("words", "paragraph", is_complex=True)


def test_what_is_asked_and_answered_is_kept() -> None:
    record = {"short_abstract": "About it"}

    kept = answers([TITLE, SIZE, WORDS], record, {"shoeSize": 43.5, "words": None, "nonsense": 1})

    assert kept == {"shoe_size": 43.5, "words": None}


@pytest.mark.parametrize("given", [None, {}, {"nonsense": "x"}])
def test_nothing_is_kept_where_nothing_is_asked(given: dict[str, Any] | None) -> None:
    assert answers([], {}, given) is None


def test_relationships_are_not_asked_of_the_record() -> None:
    assert answers([Question("track", is_required=True), Question("level")], {}, None) is None


@pytest.mark.parametrize(
    ("questions", "record", "given", "pointer"),
    [
        ([TITLE, SIZE], {"short_abstract": ""}, {"shoeSize": 1}, "/data/attributes/short-abstract"),
        ([TITLE, SIZE], {"short_abstract": "x"}, None, "/data/attributes/complex-field-values/shoe_size"),
        ([SIZE], {}, {"shoeSize": None}, "/data/attributes/complex-field-values/shoe_size"),
        ([SIZE], {}, {"shoeSize": "big"}, "/data/attributes/complex-field-values/shoe_size"),
        ([WORDS], {}, {"words": 7}, "/data/attributes/complex-field-values/words"),
        ([WORDS], {}, {"words": "x" * 10_001}, "/data/attributes/complex-field-values/words"),
        ([WORDS], {}, {"words": ["nested"]}, "/data/attributes/complex-field-values/words"),
        ([], {}, {"words": {"nested": 1}}, "/data/attributes/complex-field-values/words"),
        ([], {}, {f"a{n}": n for n in range(MOST_COMPLEX + 1)}, "/data/attributes/complex-field-values"),
    ],
)
def test_what_is_missing_or_wrong_is_pointed_at(
    questions: list[Question], record: dict[str, Any], given: dict[str, Any] | None, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        answers(questions, record, given)

    assert caught.value.pointer == pointer


HERE = "https://here.example"
CV, FACE = (Question(name, kind, is_complex=True) for name, kind in (("cv", "file"), ("face", "image")))
STARS = Question("stars", "number", is_complex=True, least=1, most=5)


def test_a_file_is_answered_by_the_address_of_an_upload() -> None:
    given = {"cv": f"{HERE}/static/media/0a/cv.pdf", "face": f"{HERE}/static/media/0b/me.png"}

    assert answers([CV, FACE, STARS], {}, given | {"stars": 5}, site=HERE) == given | {"stars": 5}


@pytest.mark.parametrize(
    ("question", "value", "told"),
    [
        (CV, "https://elsewhere.example/static/media/0a/cv.pdf", "Please upload the file here"),
        (CV, f"{HERE}/static/tickets/0a/cv.pdf", "Please upload the file here"),
        (CV, 7, "Please upload the file here"),
        (FACE, f"{HERE}/static/media/0a/cv.pdf", "That is no picture."),
        (STARS, 0, "Must be at least 1."),
        (STARS, 5.5, "Must be at most 5."),
    ],
)
def test_what_answers_no_question_of_its_kind(question: Question, value: object, told: str) -> None:
    with pytest.raises(Invalid, match=told) as caught:
        answers([question], {}, {question.identifier: value}, site=HERE)

    assert caught.value.pointer == f"/data/attributes/complex-field-values/{question.identifier}"


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(Invalid, match="Missing required fields: shoeSize, shortAbstract"):
        answers([TITLE, SIZE], {}, None)
