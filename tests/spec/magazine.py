"""What stands in the toy magazine."""

from __future__ import annotations

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from spec.toys import (
    Article,
    Category,
    Comment,
    Cover,
    Diary,
    Log,
    Person,
    Receipt,
    Tag,
    Toy,
    article_tags,
    days,
)


def fill(db: Session) -> None:
    """Write everything: four articles that are published, a draft of Ann's, one that is deleted."""
    db.add_all(_people())
    db.add_all([Category(id=1, name="World"), Category(id=2, name="Asia", parent_id=1)])
    db.flush()
    db.add_all(_articles())
    db.add_all([Tag(id=1, name="sea"), Tag(id=2, name="art"), Tag(id=3, name="100%"), Tag(id=4, name="unlisted")])
    db.flush()
    links = [(1, 1), (1, 2), (2, 2), (2, 4), (5, 3)]
    db.execute(insert(article_tags), [{"article_id": one, "tag_id": other} for one, other in links])
    db.add_all(_comments())
    db.add_all([Cover(id=1, image="harbour.png", article_id=1), Cover(id=2, image="draft.png", article_id=5)])
    db.add_all([Diary(id=1, text="Ann's", person_id=1), Diary(id=2, text="Ben's", person_id=2)])
    db.add_all([Receipt(id=1, identifier="r 7f?", total=40, person_id=1)])
    db.add_all([Log(id=1, line="started")])
    db.flush()
    if db.get_bind().dialect.name == "postgresql":
        for one in Toy.metadata.sorted_tables:
            if "id" in one.c:
                db.execute(text(f"SELECT setval(pg_get_serial_sequence('{one.name}', 'id'), 100)"))


def _people() -> list[Person]:
    return [
        Person(
            id=1, name="Ann", email="ann@example.org", nickname="a_n", is_editor=True, salary=10, born_at=days(-9999)
        ),
        Person(id=2, name="Ben", email="ben@example.org", nickname=None, salary=20),
        Person(id=3, name="Ada", email="ada@example.org", nickname="Ad%", born_at=days(-5000.5)),
        Person(id=9, name="Ève", email="eve@example.org", nickname="ADX"),
    ]


def _articles() -> list[Article]:
    return [
        Article(
            id=1, slug="harbour", title="Harbour at dawn", body="Boats, 50% off", words=900, rating=4.5,
            price_minor=1999, is_featured=True, published_at=days(-3), revised_at=days(-2.000001),
            author_id=1, editor_id=2, category_id=2,
            extras={"pages": [1, 2], "note": "Grüße"}, draft_note="mind the tide",
        ),
        Article(
            id=2, slug="museum", title="museum night", body=None, words=1200, rating=None, is_featured=False,
            published_at=days(-1), author_id=2, editor_id=1, category_id=1, draft_note="ask Ben",
        ),
        Article(
            id=3, slug="harvest", title="Harvest", body='Late "corn" & rain', words=300, rating=3, price_minor=400,
            published_at=days(-2), revised_at=days(-2.5), author_id=1, draft_note=None,
        ),
        Article(id=4, slug="empty", title="Ärger_im Büro", words=0, rating=-1.25, published_at=None, author_id=2),
        Article(id=5, slug="draft-5", title="Not yet", words=10, state="draft", author_id=1, published_at=days(5)),
        Article(id=6, slug="gone", title="Gone", words=77, author_id=1, published_at=days(-8), deleted_at=days(-7)),
    ]  # fmt: skip


def _comments() -> list[Comment]:
    return [
        Comment(id=1, text="Lovely", article_id=1, author_id=2),
        Comment(id=2, text="Rude", is_hidden=True, article_id=1, author_id=9),
        Comment(id=3, text="Thanks", article_id=1, author_id=1),
        Comment(id=4, text="Old", article_id=1, author_id=2, deleted_at=days(-1)),
        Comment(id=5, text="Hm", article_id=2, author_id=None),
        Comment(id=6, text="Secret plan", article_id=5, author_id=1),
    ]
