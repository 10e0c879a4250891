"""A declaration that can't work is refused at start-up, in words that name it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Call,
    Endpoint,
    Extension,
    Keyed,
    ManyToMany,
    Reply,
    Resource,
    Through,
)
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.extensions import extend
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.registry import Registry
from spec.toys import (
    ADA,
    ARTICLES,
    CATEGORIES,
    COMMENTS,
    PEOPLE,
    PERMISSIONS,
    RESOURCES,
    TAGS,
    Article,
    Ask,
    ToyBackend,
    article_tags,
    translate,
)


def _refusal(*resources: Resource) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        Registry(resources, PERMISSIONS)
    return str(caught.value)


def _tags(**changes: Any) -> Resource:
    return replace(TAGS, **changes)


def _articles(*relationships: Any) -> Resource:
    return replace(ARTICLES, relationships=relationships)


def test_types_and_paths_are_unique() -> None:
    assert _refusal(TAGS, TAGS) == "tag: declared twice"
    assert _refusal(TAGS, replace(CATEGORIES, path="tags", relationships=())) == "category: a second type at /v1/tags"


def test_every_type_has_a_permission_row() -> None:
    assert _refusal(_tags(type="label")) == "label: no permission row"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"second_key": "slug"}, "tag: no column slug in tags"),
        ({"link_key": "slug"}, "tag: no column slug in tags"),
        ({"methods": frozenset({"list", "fly"})}, "tag: unknown methods ['fly']"),
        ({"verbs": {"fly": print}}, "tag: unknown verbs ['fly']"),
        ({"attributes": (Attribute("color"),)}, "tag.color: no column color in tags"),
        ({"attributes": (Attribute("color", column="colour"),)}, "tag.color: no column colour in tags"),
        ({"attributes": (Attribute("color", column="x", write_only=True),)}, "tag.color: no column x in tags"),
        ({"attributes": (Attribute("name"), Attribute("name"))}, "tag.name: the name is taken"),
        ({"attributes": (Attribute("id"),)}, "tag.id: the name is taken"),
        (
            {"attributes": (Attribute("size", sql=lambda row: row["id"]),)},
            "tag.size: a computed member has a kind, no column, and is read",
        ),
    ],
)
def test_a_type_fits_its_table(changes: dict[str, Any], refusal: str) -> None:
    assert _refusal(_tags(**changes)) == refusal


def test_an_attribute_has_a_kind() -> None:
    class Blob:
        __table__ = Table("blobs", MetaData(), Column("id", Integer), Column("data", LargeBinary))

    assert _refusal(_tags(model=Blob, attributes=(Attribute("data"),))).startswith("tag.data: no kind for columns of")


@pytest.mark.parametrize(
    ("relationship", "refusal"),
    [
        (BelongsTo("author", type="ghost"), "article.author: no type ghost"),
        (BelongsTo("owner", type="person"), "article.owner: no column owner_id in articles"),
        (BelongsTo("author", type="tag"), "article.author: author_id does not point at tags"),
        (
            ManyToMany("tags", type="tag", link=article_tags, left="article", right="tag_id"),
            "article.tags: no column article in article_tags",
        ),
        (BelongsTo("title", type="person", column="author_id"), "article.title: the name is taken"),
        (Through("type", type="person", on=lambda a, b: a["author_id"] == b["id"]), "article.type: the name is taken"),
        (
            BelongsTo("author", type="person", related="relationships"),
            "article: the path /v1/articles/<id>/relationships is taken",
        ),
    ],
)
def test_a_relationship_fits_its_tables(relationship: Any, refusal: str) -> None:
    assert _refusal(replace(PEOPLE, attributes=()), TAGS, _articles(relationship)) == refusal


def test_relationships_of_one_type_have_different_names_and_segments() -> None:
    author = BelongsTo("author", type="person", inverse="texts")
    editor = BelongsTo("editor", type="person", inverse="texts")
    assert _refusal(PEOPLE, _articles(author, editor)) == "person.texts: two relationships of this name"

    editor = BelongsTo("editor", type="person", related="author")
    assert _refusal(PEOPLE, _articles(author, editor)) == "article: the path /v1/articles/<id>/author is taken"


def test_a_default_sort_is_checked(backend: ToyBackend) -> None:
    with pytest.raises(ValueError, match="tag: tag has no attribute colour to sort by"):
        Engine((_tags(default_sort="colour"),), PERMISSIONS, (), backend, translate)


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/v1/tags", "a second GET /v1/tags"),
        ("FLY", "/v1/tags/fly", "no method FLY"),
        ("GET", "/v1/tags/<a>/<a>", "cannot read the segment <a> of /v1/tags/<a>/<a>"),
        ("GET", "/v1/tags/<a><b>", "cannot read the segment"),
        ("GET", "/v1/tags/<a", "cannot read the segment"),
    ],
)
def test_endpoints_have_places_of_their_own(backend: ToyBackend, method: str, path: str, refusal: str) -> None:
    endpoint = Endpoint(method, path, lambda _call, _backend: Reply(None))

    with pytest.raises(ValueError, match=refusal):
        Engine((TAGS,), PERMISSIONS, (endpoint,), backend, translate, Limits())


def test_relationships_are_known_from_both_sides() -> None:
    registry = Registry(RESOURCES, PERMISSIONS)
    person, comment = registry["person"], registry["comment"]

    author, comments = comment.relation("author"), person.relation("comments")

    assert author is not None
    assert comments is not None
    assert (author.via, author.many, author.column, author.key) == ("here", False, "author_id", "author")
    assert (comments.via, comments.many, comments.column, comments.writable) == ("there", True, "author_id", "never")
    assert comments.declared is author.declared


def test_a_registry_lists_its_types_in_order() -> None:
    registry = Registry(RESOURCES, PERMISSIONS)

    assert len(registry) == 9
    assert [entry.name for entry in registry][:3] == ["person", "category", "article"]
    assert registry["person"].url == "/v1/people"
    assert registry["article"].title == "Article"


def test_names_are_found_with_dashes_or_underscores() -> None:
    registry = Registry(RESOURCES, PERMISSIONS)
    article = registry["article"]

    assert article.field("is_featured") is article.field("is-featured")
    assert article.relation("first_comment") is article.relation("first-comment")
    assert article.field("nothing") is None
    assert registry.find("nothing") is None


def test_kinds_come_from_columns() -> None:
    found = {name: one.kind for name, one in Registry(RESOURCES, PERMISSIONS)["article"].fields.items()}

    assert found["words"] == "integer"
    assert found["rating"] == "float"
    assert found["is-featured"] == "boolean"
    assert found["published-at"] == "datetime"
    assert found["extras"] == "json"
    assert found["title"] == "string"


def test_a_type_offers_only_its_methods(ask: Ask, backend: ToyBackend) -> None:
    engine = Engine((_tags(methods=frozenset({"read"})),), PERMISSIONS, (), backend, translate)
    tags = Ask(engine)

    assert tags("/v1/tags/1").status == 200
    assert tags("/v1/tags").status == 405
    assert tags("/v1/tags").headers["Allow"] == ""
    assert ask.engine.registry["tag"].offers("update")


def test_related_routes_offer_what_the_target_offers(backend: ToyBackend) -> None:
    comments = replace(COMMENTS, methods=frozenset({"read"}))
    people = replace(PEOPLE, methods=frozenset({"list", "create"}))
    engine = Ask(Engine((people, comments, ARTICLES, CATEGORIES, TAGS), PERMISSIONS, (), backend, translate))

    assert engine("/v1/articles/1/comments").status == 405
    assert engine("/v1/articles/1/author").status == 405
    assert engine("/v1/articles/1/relationships/comments").status == 200
    assert engine("/v1/articles/1/relationships/comments", ADA, method="POST").status == 403


def test_a_model_names_its_rows() -> None:
    assert Registry(RESOURCES, PERMISSIONS)["article"].table is Article.__table__


def test_an_extension_needs_its_type() -> None:
    with pytest.raises(ValueError, match="ghost"):
        extend((TAGS,), (Extension("ghost"),))


def test_an_endpoint_reads_an_object_from_its_body() -> None:
    def call(body: bytes) -> dict[str, Any]:
        return Call("POST", "/v1/x", {}, {}, {}, body, None).json()

    assert (call(b""), call(b'{"a":1}')) == ({}, {"a": 1})
    for body in (b"[]", b"{", b"\xff", b"1"):
        with pytest.raises(ApiError) as caught:
            call(body)
        assert caught.value.status == 400


def test_a_nested_list_is_addressed_by_a_column_that_is_there() -> None:
    def below(**more: Any) -> Resource:
        return _articles(BelongsTo("author", type="person", inverse="articles", **more))

    assert _refusal(PEOPLE, below(inverse_by=(Keyed("ghost"),))) == "person.articles: no list by ghost of article"
    alone = below(inverse_by=(Keyed("slug"),), inverse_many=False)
    assert _refusal(PEOPLE, alone) == "person.articles: no list by slug of article"


def test_what_an_upper_domain_keeps_follows_on_the_type_s_own_verbs() -> None:
    seen: list[tuple[str, str]] = []
    verbs = {name: lambda _work, change, by, name=name: f"{name} {change} {by}" for name in ("create", "delete")}
    own = replace(TAGS, verbs=verbs)  # type: ignore[arg-type] -- texts for changes

    [tags] = extend((own,), (Extension("tag", after=lambda _work, change, row, _by: seen.append((change, row))),))  # type: ignore[arg-type, func-returns-value] -- same

    answers = [tags.verbs[name](None, name[0], "me") for name in ("create", "delete")]  # type: ignore[arg-type] -- same
    assert answers == ["create c me", "delete d me"]
    assert seen == [("c", "create c me")]
