"""A toy world for the engine: a magazine. Its tables, its permissions, its declarations, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from openevent.jsonapi.declare import (
    Attribute,
    BelongsTo,
    Call,
    Endpoint,
    ManyToMany,
    NamedList,
    Reply,
    Resource,
    Through,
)
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.limits import Limits
from openevent.jsonapi.request import MEDIA_TYPE, Request, Response
from openevent.kit.access import (
    ADMIN,
    BY_ID,
    NO_ONE,
    NOBODY,
    PUBLIC,
    SIGNED_IN,
    Actor,
    Permission,
    Who,
    cell,
    column_is_actor,
    table,
)
from openevent.kit.db import Database, UtcDateTime
from openevent.kit.errors import DomainError, NotFound, Unauthenticated

T = TypeVar("T")
KEY = BigInteger().with_variant(Integer(), "sqlite")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Toy(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON(none_as_null=True), float: Float()}  # noqa: RUF012 -- read by SQLAlchemy
    id: Mapped[int] = mapped_column(KEY, primary_key=True, sort_order=-1)


class Person(Toy):
    __tablename__ = "people"
    name: Mapped[str]
    email: Mapped[str]
    nickname: Mapped[str | None]
    is_editor: Mapped[bool] = mapped_column(default=False)
    salary: Mapped[int] = mapped_column(default=0)
    password_hash: Mapped[str] = mapped_column(default="-")
    born_at: Mapped[datetime | None]


class Category(Toy):
    __tablename__ = "categories"
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))


class Article(Toy):
    __tablename__ = "articles"
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str]
    body: Mapped[str | None]
    words: Mapped[int] = mapped_column(default=0)
    rating: Mapped[float | None]
    price_minor: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="published")
    is_featured: Mapped[bool | None]
    published_at: Mapped[datetime | None]
    revised_at: Mapped[datetime | None]
    extras: Mapped[dict[str, Any] | None]
    draft_note: Mapped[str | None]
    author_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    category_id: Mapped[int | None] = mapped_column(ForeignKey(Category.id))
    deleted_at: Mapped[datetime | None]


class Comment(Toy):
    __tablename__ = "comments"
    text: Mapped[str]
    is_hidden: Mapped[bool] = mapped_column(default=False)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id, ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    deleted_at: Mapped[datetime | None]


class Tag(Toy):
    __tablename__ = "tags"
    name: Mapped[str]


class Cover(Toy):
    __tablename__ = "covers"
    image: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))


class Diary(Toy):
    __tablename__ = "diaries"
    text: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))


class Receipt(Toy):
    __tablename__ = "receipts"
    identifier: Mapped[str] = mapped_column(unique=True)
    total: Mapped[float]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))


class Log(Toy):
    __tablename__ = "logs"
    line: Mapped[str]


article_tags = Table(
    "article_tags",
    Toy.metadata,
    Column("article_id", KEY, ForeignKey(Article.id), primary_key=True),
    Column("tag_id", KEY, ForeignKey(Tag.id), primary_key=True),
)

# Who may what --------------------------------------------------------------------------------------------------------

AUTHOR = column_is_actor("author_id", "its author")
SELF = column_is_actor("id", "the person")
HOLDER = column_is_actor("person_id", "whose it is")
PUBLISHED = Who("everyone, once published", lambda _kind, row: and_(cell(row, "state") == "published"))
STAFF_ONLY = ADMIN & ADMIN


def _on_published(_kind: str, row: Any) -> Any:
    articles = Article.__table__.c
    return exists(select(articles.id).where(articles.id == cell(row, "article_id"), articles.state == "published"))


def _on_own(kind: str, row: Any) -> Any:
    articles = Article.__table__.c
    if kind in {"anonymous", "staff"}:
        return false() if kind == "anonymous" else true()
    return exists(select(articles.id).where(articles.id == cell(row, "article_id"), articles.author_id == BY_ID))


ON_PUBLISHED = Who("everyone, on published articles", _on_published)
ON_OWN = Who("the article's author", _on_own)
NOT_HIDDEN = Who("everyone, unless hidden", lambda _kind, row: cell(row, "is_hidden").is_(False))
BORN = Who("everyone, once born", lambda _kind, row: or_(cell(row, "born_at") <= bindparam("now", type_=UtcDateTime())))

LISTED = Who("everyone, unless unlisted", lambda _kind, row: cell(row, "name") != "unlisted") | ADMIN
SPOKEN = (NOT_HIDDEN & ON_PUBLISHED) | ON_OWN

# fmt: off
PERMISSIONS = table(
    #          type        list                read                create     update     delete
    Permission("article",  PUBLISHED | AUTHOR, PUBLISHED | AUTHOR, SIGNED_IN, AUTHOR,    AUTHOR),
    Permission("person",   ADMIN,              PUBLIC,             PUBLIC,    SELF,      SELF),
    Permission("category", PUBLIC,             PUBLIC,             ADMIN,     ADMIN,     ADMIN),
    Permission("comment",  SPOKEN,             SPOKEN,             SIGNED_IN, AUTHOR,    AUTHOR),
    Permission("tag",      LISTED,             PUBLIC,             SIGNED_IN, SIGNED_IN, ADMIN),
    Permission("cover",    PUBLIC,             PUBLIC,             SIGNED_IN, SIGNED_IN, NO_ONE),
    Permission("diary",    HOLDER,             HOLDER,             SIGNED_IN, HOLDER,    HOLDER),
    Permission("receipt",  HOLDER,             HOLDER,             NO_ONE,    NO_ONE,    NO_ONE),
    Permission("log",      STAFF_ONLY,         STAFF_ONLY,         NO_ONE,    NO_ONE,    NO_ONE),
)
# fmt: on

# What it looks like on the wire --------------------------------------------------------------------------------------


def _comment_count(row: Any) -> Any:
    comments = Comment.__table__.c
    counted = select(func.count()).where(comments.article_id == row["id"], comments.deleted_at.is_(None))
    return counted.scalar_subquery()


def _is_announced(row: Any) -> Any:
    return row["published_at"] > bindparam("now", type_=UtcDateTime())


def _commented(article: Any, person: Any) -> Any:
    comments = Comment.__table__.c
    return exists(select(comments.id).where(comments.article_id == article["id"], comments.author_id == person["id"]))


def _first_comment(article: Any, comment: Any) -> Any:
    return comment["article_id"] == article["id"]


PEOPLE = Resource(
    type="person",
    path="people",
    model=Person,
    attributes=(
        Attribute("name", required=True),
        Attribute("email", kind="email", readable_by=SELF),
        Attribute("nickname"),
        Attribute("is-editor"),
        Attribute("salary", readable_by=ADMIN),
        Attribute("password", write_only=True),
        Attribute("born-at"),
    ),
)
CATEGORIES = Resource(
    type="category",
    path="categories",
    model=Category,
    attributes=(Attribute("name"),),
    relationships=(BelongsTo("parent", type="category", inverse="children"),),
)
ARTICLES = Resource(
    type="article",
    model=Article,
    second_key="slug",
    default_sort="-published-at",
    lists=(
        NamedList("announced", where=_is_announced, sort="-words"),
        NamedList("programme", where=_is_announced, path="/v1/newsroom/programme"),
    ),
    attributes=(
        Attribute("slug"),
        Attribute("title", required=True),
        Attribute("body"),
        Attribute("words"),
        Attribute("rating"),
        Attribute("price", kind="decimal", sql=lambda row: row["price_minor"] / 100.0),
        Attribute("state", choices=("draft", "published")),
        Attribute("is-featured"),
        Attribute("published-at"),
        Attribute("revised-at"),
        Attribute("extras"),
        Attribute("draft-note", readable_by=AUTHOR),
        Attribute("comment-count", kind="integer", sql=_comment_count),
        Attribute("deleted-at", read_only=True),
    ),
    relationships=(
        BelongsTo("author", type="person", inverse="articles", required=True),
        BelongsTo("editor", type="person", inverse="edited-articles", writable="always", readable_by=AUTHOR),
        BelongsTo("category", type="category", inverse="articles", writable="always", related="article-category"),
        ManyToMany("tags", type="tag", link=article_tags, left="article_id", right="tag_id", inverse="articles"),
        Through("commenters", type="person", on=_commented),
        Through("first-comment", type="comment", on=_first_comment, many=False),
    ),
)
COMMENTS = Resource(
    type="comment",
    model=Comment,
    collection=False,
    attributes=(Attribute("text", required=True), Attribute("is-hidden"), Attribute("deleted-at", read_only=True)),
    relationships=(
        BelongsTo("article", type="article", inverse="comments", required=True),
        BelongsTo("author", type="person", inverse="comments", inverse_readable_by=SELF),
    ),
)
TAGS = Resource(type="tag", model=Tag, integer_id=True, default_sort="name", attributes=(Attribute("name"),))
COVERS = Resource(
    type="cover",
    model=Cover,
    attributes=(Attribute("image"),),
    relationships=(
        BelongsTo("article", type="article", inverse="cover", inverse_many=False, related="/v1/pictures/<id>/article"),
    ),
)
DIARIES = Resource(
    type="diary",
    path="diaries",
    model=Diary,
    attributes=(Attribute("text"),),
    relationships=(BelongsTo("person", type="person", inverse="diaries", inverse_readable_by=SELF),),
)
RECEIPTS = Resource(
    type="receipt",
    model=Receipt,
    second_key="identifier",
    link_key="identifier",
    methods=frozenset({"list", "read"}),
    attributes=(Attribute("identifier"), Attribute("total")),
    relationships=(BelongsTo("person", type="person", inverse="receipts"),),
)
LOGS = Resource(type="log", model=Log, methods=frozenset({"list", "read"}), attributes=(Attribute("line"),))
RESOURCES = (PEOPLE, CATEGORIES, ARTICLES, COMMENTS, TAGS, COVERS, DIARIES, RECEIPTS, LOGS)


def _echo(call: Call, _backend: Any) -> Reply:
    return Reply({"params": dict(call.params), "query": dict(call.query), "by": call.by.id})


def _break(_call: Call, _backend: Any) -> Reply:
    raise ZeroDivisionError


def _refuse(call: Call, _backend: Any) -> Reply:
    raise Unauthenticated("A fresh sign-in is needed.") if "sign-in" in call.query else NotFound("No such page.")


def _picture(_call: Call, _backend: Any) -> Reply:
    return Reply(b"\x89PNG", content_type="image/png", headers={"X-Width": "7"})


ENDPOINTS = (
    Endpoint("GET", "/v1/articles/latest", _echo, auth=False),
    Endpoint("GET", "/v1/articles/<slug>/echo/<word>.txt", _echo, auth=False),
    Endpoint("POST", "/v1/articles/import", _echo, body={"type": "object"}),
    Endpoint("GET", "/v1/broken", _break, auth=False),
    Endpoint("GET", "/v1/refusing", _refuse, auth=False),
    Endpoint("GET", "/v1/articles/<slug>/picture", _picture, auth=False),
    Endpoint("GET", "/status", _echo, auth=False),
)

# Who is there --------------------------------------------------------------------------------------------------------

ANN = Actor(1, "ann@example.org", "user")  # writes
BEN = Actor(2, "ben@example.org", "user")  # writes, too
EVE = Actor(9, "eve@example.org", "user")  # has no business here
ADA = Actor(3, "ada@example.org", "staff")
ANYBODY = NOBODY


def translate(error: Exception, _caller: Any) -> ApiError | None:
    """Stand in for main's translator."""
    if isinstance(error, DomainError):
        return ApiError(401 if isinstance(error, Unauthenticated) else 404, error.detail)
    return None


@dataclass
class ToyWork:
    """A unit of work that keeps its audit trail in a list."""

    db: Session
    now: datetime
    trail: list[tuple[str, str]]

    def audit(self, action: str, subject: str, *, by: Any, **_details: Any) -> None:
        assert by is not None
        self.trail.append((action, subject))


@dataclass
class ToyBackend:
    """The engine's backend on a toy database; it counts the statements that reads run."""

    database: Database
    statements: list[str] = field(default_factory=list[str])
    trail: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def dialect(self) -> Dialect:
        return self.database.dialect

    def now(self) -> datetime:
        return NOW

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        self.statements.append(sql)
        return self.database.fetch(sql, params)

    def fetch_one(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        return self.fetch(sql, params)

    def aside(self, deed: Callable[[], T]) -> T:
        return deed()

    def mark(self) -> tuple[int, Any]:
        return self.database.mark()

    @contextmanager
    def work(self) -> Generator[ToyWork]:
        with self.database.session() as session:
            yield ToyWork(session, NOW, self.trail)


def days(number: float) -> datetime:
    """Return a moment so many days after now."""
    return NOW + timedelta(days=number)


@dataclass(frozen=True)
class Ask:
    """Asks the engine as somebody: `ask("/v1/articles?sort=title", ANN)`."""

    engine: Engine

    def request(
        self, url: str, by: Actor = ANYBODY, *, method: str = "GET", body: bytes = b"", **headers: str
    ) -> Request:
        path, _, query = url.partition("?")
        given = {"accept": MEDIA_TYPE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return Request(method, path, query, given, body, by)

    def __call__(
        self, url: str, by: Actor = ANYBODY, *, method: str = "GET", body: bytes = b"", **headers: str
    ) -> Response:
        answer = self.engine.handle(self.request(url, by, method=method, body=body, **headers))
        assert answer is not None
        return answer


def whole(backend: ToyBackend) -> Engine:
    """Return an engine over the whole toy world."""
    return Engine(RESOURCES, PERMISSIONS, ENDPOINTS, backend, translate)


def world(backend: ToyBackend, resources: Sequence[Resource], limits: Limits) -> Ask:
    """Return a way to ask an engine of one's own."""
    return Ask(Engine(resources, PERMISSIONS, (), backend, translate, limits))


def read(response: Response) -> Any:
    """Return a response's document."""
    return msgspec.json.decode(response.body)


def ids(response: Response) -> list[Any]:
    """Return the ids in `data`, in order; of a response that must be a list."""
    assert response.status == 200, response.body
    return [one["id"] for one in read(response)["data"]]


def error(response: Response) -> dict[str, Any]:
    """Return the only error of a refusal."""
    [found] = read(response)["errors"]
    assert response.status == int(found["status"])
    return found


def filtered(*conditions: Any, **more: str) -> str:
    """Return a query string with a filter, as browsers would send it."""
    return urlencode({"filter": msgspec.json.encode(list(conditions)).decode(), **more})
