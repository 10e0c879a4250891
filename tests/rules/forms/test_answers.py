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


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(Invalid, match="Missing required fields: shoeSize, shortAbstract"):
        answers([TITLE, SIZE], {}, None)
