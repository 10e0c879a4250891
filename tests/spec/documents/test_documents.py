"""JSON:API, section Document Structure, as the v1 reference has it (section 1 and its recorded answers)."""

from __future__ import annotations

from spec.toys import ADA, ANN, BEN, Ask, ids, read


def _links(row: str, name: str, segment: str | None = None) -> dict[str, object]:
    return {"links": {"self": f"{row}/relationships/{name}", "related": f"{row}/{segment or name}"}}


def test_a_single_row_is_a_whole_document(ask: Ask) -> None:
    answer = ask("/v1/articles/1")

    assert read(answer) == {
        "data": {
            "type": "article",
            "id": "1",
            "attributes": {
                "slug": "harbour",
                "title": "Harbour at dawn",
                "body": "Boats, 50% off",
                "words": 900,
                "rating": 4.5,
                "price": 19.99,
                "state": "published",
                "is-featured": True,
                "published-at": "2026-02-26T12:00:00+00:00",
                "revised-at": "2026-02-27T11:59:59.913600+00:00",
                "extras": {"pages": [1, 2], "note": "Grüße"},
                "comment-count": 3,
                "deleted-at": None,
            },
            "relationships": {
                "author": _links("/v1/articles/1", "author"),
                "category": _links("/v1/articles/1", "category", "article-category"),
                "tags": _links("/v1/articles/1", "tags"),
                "commenters": _links("/v1/articles/1", "commenters"),
                "first-comment": _links("/v1/articles/1", "first-comment"),
                "comments": _links("/v1/articles/1", "comments"),
                "cover": _links("/v1/articles/1", "cover"),
            },
            "links": {"self": "/v1/articles/1"},
        },
        "links": {"self": "/v1/articles/1"},
        "jsonapi": {"version": "1.0"},
    }


def test_the_order_of_members_is_the_declared_one(ask: Ask) -> None:
    found = read(ask("/v1/articles/1", ANN))["data"]

    assert list(found["attributes"])[:3] == ["slug", "title", "body"]
    assert list(found["relationships"])[:3] == ["author", "editor", "category"]


def test_a_list_has_links_and_a_count(ask: Ask) -> None:
    found = read(ask("/v1/tags"))

    assert found["links"] == {"self": "/v1/tags"}
    assert found["meta"] == {"count": 3}
    assert found["jsonapi"] == {"version": "1.0"}
    assert "included" not in found


def test_ids_are_text_unless_the_type_says_otherwise(ask: Ask) -> None:
    assert ids(ask("/v1/categories")) == ["1", "2"]
    assert ids(ask("/v1/tags")) == [3, 2, 1]


def test_links_use_the_link_key_and_are_escaped(ask: Ask) -> None:
    found = read(ask("/v1/receipts/1", ANN))

    assert found["data"]["id"] == "1"
    assert found["data"]["links"] == {"self": "/v1/receipts/r%207f%3F"}
    assert found["links"] == found["data"]["links"]
    assert found["data"]["relationships"]["person"] == _links("/v1/receipts/r%207f%3F", "person")


def test_numbers_keep_their_kind(ask: Ask) -> None:
    found = read(ask("/v1/articles/3"))["data"]["attributes"]

    assert (found["rating"], found["price"], found["words"]) == (3.0, 4.0, 300)
    assert b'"rating":3.0,"price":4.0,"words"' not in ask("/v1/articles/3").body
    assert b'"words":300,"rating":3.0,"price":4.0' in ask("/v1/articles/3").body


def test_values_that_are_not_there_are_null(ask: Ask) -> None:
    found = read(ask("/v1/articles/4"))["data"]["attributes"]

    assert [found[name] for name in ("body", "is-featured", "published-at", "extras")] == [None] * 4


def test_text_is_escaped(ask: Ask) -> None:
    assert read(ask("/v1/articles/3"))["data"]["attributes"]["body"] == 'Late "corn" & rain'


def test_an_attribute_is_absent_for_those_who_may_never_see_it(ask: Ask) -> None:
    assert "salary" not in read(ask("/v1/people/1", ANN))["data"]["attributes"]
    assert read(ask("/v1/people/1", ADA))["data"]["attributes"]["salary"] == 10


def test_an_attribute_is_absent_from_the_rows_where_it_may_not_be_seen(ask: Ask) -> None:
    found = {one["id"]: one["attributes"] for one in read(ask("/v1/articles", BEN))["data"]}

    assert found["2"]["draft-note"] == "ask Ben"
    assert found["4"]["draft-note"] is None
    assert "draft-note" not in found["1"]


def test_a_relationship_is_absent_from_the_rows_where_it_may_not_be_seen(ask: Ask) -> None:
    found = {one["id"]: one["relationships"] for one in read(ask("/v1/articles", BEN))["data"]}

    assert "editor" in found["2"]
    assert "editor" not in found["1"]


def test_what_is_only_written_is_never_shown(ask: Ask) -> None:
    assert b"password" not in ask("/v1/people/1", ADA).body
