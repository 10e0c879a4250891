"""A toy shop for the engine's writing half: shelves with toys, their makers, tags, labels and private notes.

Every feature of a declaration that matters to writing is used somewhere: soft and hard deletion, second keys, links in
a column and in a table, to-one inverses, guarded, computed, read-only and write-only members, verbs of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Numeric,
    String,
    Table,
    and_,
    exists,
    false,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from openevent.jsonapi.declare import Attribute, BelongsTo, Change, ManyToMany, Resource, Through
from openevent.kit.access import (
    ADMIN,
    ANONYMOUS,
    BY_ID,
    NOBODY,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    SUPER,
    USER,
    Actor,
    Permission,
    Who,
    cell,
)
from openevent.kit.access import table as permission_table
from openevent.kit.db import Database, Keyed, SoftDeleted, UtcDateTime

T = TypeVar("T")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

# Who is there; a number is enough of an account here.
ANA = Actor(id=1, email="ana@example.org", kind=USER)  # keeps the first shelf
BO = Actor(id=2, email="bo@example.org", kind=USER)  # keeps the second and the third
EVE = Actor(id=3, email="eve@example.org", kind=USER)  # keeps nothing
ADM = Actor(id=9, email="adm@example.org", kind=STAFF)
ANYBODY = NOBODY


class Base(DeclarativeBase):
    """Tables of the shop, apart from the product's."""

    type_annotation_map = {  # noqa: RUF012 -- read by SQLAlchemy
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Shelf(Keyed, SoftDeleted, Base):
    __tablename__ = "shop_shelves"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str]
    keeper_id: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)


class Maker(Keyed, Base):
    __tablename__ = "shop_makers"

    name: Mapped[str]
    country: Mapped[str | None]


class Tag(Keyed, Base):
    __tablename__ = "shop_tags"

    name: Mapped[str] = mapped_column(String(30), unique=True)


class Toy(Keyed, SoftDeleted, Base):
    __tablename__ = "shop_toys"
    __table_args__ = (
        Index(
            "uq_shop_toys_name",
            "shelf_id",
            "name",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        CheckConstraint("weight IS NULL OR weight >= 0", name="ck_shop_toys_weight"),
    )

    shelf_id: Mapped[int] = mapped_column(ForeignKey(Shelf.id, ondelete="CASCADE"))
    maker_id: Mapped[int | None] = mapped_column(ForeignKey(Maker.id))
    name: Mapped[str]
    material: Mapped[str | None] = mapped_column(String(20))
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    weight: Mapped[float | None]
    pieces: Mapped[int] = mapped_column(default=1)
    is_new: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime | None]
    homepage: Mapped[str | None]
    contact: Mapped[str | None]
    story: Mapped[str | None]
    details: Mapped[dict[str, Any] | None]
    parts: Mapped[list[Any] | None]
    secret: Mapped[str | None]
    mark: Mapped[str] = mapped_column(default="none")
    serial: Mapped[str | None]
    code_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    last_modified_at: Mapped[datetime | None]


class Label(Keyed, Base):
    __tablename__ = "shop_labels"

    toy_id: Mapped[int | None] = mapped_column(ForeignKey(Toy.id, ondelete="SET NULL"))
    text: Mapped[str]


class Note(Keyed, Base):
    __tablename__ = "shop_notes"

    toy_id: Mapped[int] = mapped_column(ForeignKey(Toy.id, ondelete="CASCADE"))
    author_id: Mapped[int]
    body: Mapped[str]


def _links(name: str, left: str, right: str, other: type[Any]) -> Table:
    return Table(
        name,
        Base.metadata,
        Column(left, ForeignKey(Toy.id, ondelete="CASCADE"), primary_key=True),
        Column(right, ForeignKey(other.id, ondelete="CASCADE"), primary_key=True),
    )


TOY_TAGS = _links("shop_toys_tags", "toy_id", "tag_id", Tag)
TOY_FRIENDS = _links("shop_friends", "toy_id", "friend_id", Toy)

# Who may what ---------------------------------------------------------------------------------------------------------


def _is_mine(column: str, name: str) -> Who:
    def build(kind: str, row: Any) -> ColumnElement[bool]:
        if kind in {STAFF, SUPER}:
            return true()
        return false() if kind == ANONYMOUS else cell(row, column) == BY_ID

    return Who(name, build)


def _keeps(kind: str, row: Any) -> ColumnElement[bool]:
    if kind in {STAFF, SUPER, ANONYMOUS}:
        return false() if kind == ANONYMOUS else true()
    shelves = Shelf.__table__.c
    return exists(select(shelves.id).where(shelves.id == cell(row, "shelf_id"), shelves.keeper_id == BY_ID))


def _on_open_shelf(_kind: str, row: Any) -> ColumnElement[bool]:
    shelves = Shelf.__table__.c
    wanted = (shelves.id == cell(row, "shelf_id"), shelves.is_open.is_(True), shelves.deleted_at.is_(None))
    return exists(select(shelves.id).where(*wanted))


def _labels(kind: str, row: Any) -> ColumnElement[bool]:
    shelves, toys = Shelf.__table__, Toy.__table__
    kept = select(toys.c.id).join(shelves).where(toys.c.id == cell(row, "toy_id"), shelves.c.keeper_id == BY_ID)
    return false() if kind == ANONYMOUS else or_(cell(row, "toy_id").is_(None), exists(kept))


KEEPER = _is_mine("keeper_id", "its keeper")
AUTHOR = _is_mine("author_id", "its author")
OPEN = Who("everyone, once open", lambda _kind, row: and_(cell(row, "is_open").is_(True)))
SHELF_KEEPER = Who("the keeper of the shelf", _keeps)
LABELLER = Who("the keeper of the toy", _labels)
SHOWN = Who("everyone, on an open shelf", _on_open_shelf) | SHELF_KEEPER

# fmt: off
CELLS = permission_table(
    #          type     list           read           create        update        delete
    Permission("shelf", OPEN | KEEPER, OPEN | KEEPER, SIGNED_IN,    KEEPER,       KEEPER),
    Permission("maker", PUBLIC,        PUBLIC,        ADMIN,        ADMIN,        ADMIN),
    Permission("tag",   PUBLIC,        PUBLIC,        SIGNED_IN,    SIGNED_IN,    ADMIN),
    Permission("toy",   SHOWN,         SHOWN,         SHELF_KEEPER, SHELF_KEEPER, SHELF_KEEPER),
    Permission("label", PUBLIC,        PUBLIC,        SIGNED_IN,    LABELLER,     LABELLER),
    Permission("note",  AUTHOR,        AUTHOR,        SIGNED_IN,    AUTHOR,       AUTHOR),
)
# fmt: on

# What it looks like on the wire ---------------------------------------------------------------------------------------


def _plain(words: str) -> str:
    return words.replace("<script>", "").strip()


def _make_shelf(work: Any, change: Change, by: Any) -> Shelf:
    shelf = Shelf(**{"keeper_id": by.id, **change.values})
    work.db.add(shelf)
    return shelf


def _write_note(work: Any, change: Change, by: Any) -> Note:
    note = Note(author_id=by.id, toy_id=change.links["toy"], body=change.values["body"])
    work.db.add(note)
    return note


def _print_label(_work: Any, change: Change, _by: Any) -> Label:
    """Change a label by an action of its own, which writes in capitals."""
    change.row.text = str(change.values.get("text", change.row.text)).upper()
    change.row.toy_id = change.links.get("toy", change.row.toy_id)
    return change.row


SHELVES = Resource(
    type="shelf",
    model=Shelf,
    path="shelves",
    second_key="code",
    attributes=(
        Attribute("code", required=True),
        Attribute("name", required=True),
        Attribute("keeper-id", writable_by=ADMIN),
        Attribute("is-open"),
        Attribute("deleted-at", read_only=True),
    ),
    verbs={"create": _make_shelf},
    reader=lambda _row, by: by,
)
MAKERS = Resource(type="maker", model=Maker, attributes=(Attribute("name", required=True), Attribute("country")))
TAGS = Resource(type="tag", model=Tag, attributes=(Attribute("name", required=True),), integer_id=True)
TOYS = Resource(
    type="toy",
    model=Toy,
    attributes=(
        Attribute("name", required=True, max_length=40),
        Attribute("material", choices=("wood", "tin")),
        Attribute("price"),
        Attribute("weight"),
        Attribute("pieces", min=1, max=1000),
        Attribute("is-new"),
        Attribute("made-at"),
        Attribute("homepage", kind="url"),
        Attribute("contact", kind="email"),
        Attribute("story", clean=_plain),
        Attribute("details"),
        Attribute("parts"),
        Attribute("secret", readable_by=SHELF_KEEPER),
        Attribute("mark", writable_by=ADMIN),
        Attribute("serial", read_only=True),
        Attribute("code", column="code_hash", write_only=True),
        Attribute("double", kind="integer", sql=lambda row: row["pieces"] * 2),
        Attribute("created-at", read_only=True),
        Attribute("last-modified-at", read_only=True),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("shelf", type="shelf", inverse="toys", required=True),
        BelongsTo("maker", type="maker", inverse="toys", writable="always"),
        ManyToMany("tags", type="tag", link=TOY_TAGS, left="toy_id", right="tag_id", inverse="toys"),
        ManyToMany("friends", type="toy", link=TOY_FRIENDS, left="toy_id", right="friend_id"),
        Through("shelf-mates", type="toy", on=lambda toy, mate: toy["shelf_id"] == mate["shelf_id"]),
    ),
)
LABELS = Resource(
    type="label",
    model=Label,
    attributes=(Attribute("text", required=True),),
    relationships=(BelongsTo("toy", type="toy", inverse="label", inverse_many=False, writable="always"),),
    verbs={"update": _print_label},
)
NOTES = Resource(
    type="note",
    model=Note,
    collection=False,
    attributes=(Attribute("body", required=True), Attribute("author-id", read_only=True)),
    relationships=(BelongsTo("toy", type="toy", inverse="notes", required=True, writable="always"),),
    verbs={"create": _write_note},
)
RESOURCES = (SHELVES, MAKERS, TAGS, TOYS, LABELS, NOTES)

# How rows are kept ----------------------------------------------------------------------------------------------------


@dataclass
class ShopWork:
    """One unit of work; audit entries are kept in a list."""

    db: Session
    now: datetime
    trail: list[tuple[str, str, int | None]]

    def audit(self, action: str, subject: str, *, by: Actor, **_details: Any) -> None:
        self.trail.append((action, subject, by.id))


@dataclass
class ShopBackend:
    """The engine's door to a database; `trail` holds the audit entries of what was committed."""

    database: Database
    at: datetime = NOW
    trail: list[tuple[str, str, int | None]] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        return self.database.dialect

    def fetch(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        return self.database.fetch(sql, params)

    def fetch_one(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
        return self.fetch(sql, params)

    def aside(self, deed: Callable[[], T]) -> T:
        return deed()

    def mark(self) -> tuple[int, Any]:
        return self.database.mark()

    @contextmanager
    def work(self) -> Generator[ShopWork]:
        trail: list[tuple[str, str, int | None]] = []
        with self.database.session() as session:
            yield ShopWork(session, self.at, trail)
        self.trail.extend(trail)

    def now(self) -> datetime:
        return self.at
