"""Whatever the grammar of filters can say is answered or refused, never a failure of ours."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec.toys import ADA, ANN, ANYBODY, BEN, Ask, filtered

ATTRIBUTES = ["id", "title", "words", "rating", "price", "state", "is-featured", "published_at", "extras", "draft-note"]
RELATIONS = ["author", "editor", "category", "tags", "comments", "cover", "commenters", "first-comment"]
NAMES = st.sampled_from(
    [*ATTRIBUTES, *RELATIONS, "comment-count", "author__email", "category__parent__name", "nothing"]
)
ORDERINGS = ["eq", "ne", "lt", "le", "gt", "ge", "in_", "notin_", "in", "notin", "is_", "isnot", "between", "nothing"]
PATTERNS = ["like", "notlike", "ilike", "notilike", "contains", "startswith", "endswith", "match"]
OPS = st.sampled_from([*ORDERINGS, *PATTERNS, "any", "has"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["%", "a%_", "\\", "%\\", "true", "2026-02-27T12:00:00Z", "-1", "[x", "*", "'", '"', "\x00"])
)


def _conditions(deeper: Any) -> Any:
    related = {"name": NAMES, "op": st.sampled_from(["any", "has"]), "val": deeper}
    joined = st.lists(deeper, max_size=3)
    return (
        st.fixed_dictionaries(related)
        | st.fixed_dictionaries({"and": joined})
        | st.fixed_dictionaries({"or": joined})
        | st.fixed_dictionaries({"not": deeper})
    )


LEAVES = st.fixed_dictionaries(
    {"name": NAMES, "op": OPS, "val": SCALARS | st.lists(SCALARS, max_size=3)}
) | st.fixed_dictionaries({"name": NAMES, "op": OPS, "field": NAMES})
CONDITIONS = st.recursive(LEAVES, _conditions, max_leaves=6)
SORTS = st.sampled_from(["", "id", "-rating", "author.email", "-editor.name", "extras", "cover.image", "draft-note"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CONDITIONS, max_size=3), SORTS, st.sampled_from([ANYBODY, ANN, BEN, ADA]))
def test_a_random_filter_is_answered_or_refused(ask: Ask, conditions: list[Any], sort: str, by: Any) -> None:
    answer = ask(f"/v1/articles?{filtered(*conditions, sort=sort)}", by)

    assert answer.status in {200, 400}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.sampled_from(["filter", "sort", "include", "page[size]", "fields[article]", ""]))
def test_a_random_parameter_is_answered_or_refused(ask: Ask, text: str, name: str) -> None:
    assert ask(f"/v1/articles?{name}={text}").status in {200, 400}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_a_random_path_is_answered_or_not_found(ask: Ask, path: str) -> None:
    assert ask(f"/v1/articles/{path.replace('?', '')}").status in {200, 404, 405}
