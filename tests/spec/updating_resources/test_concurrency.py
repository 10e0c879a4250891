"""Two at once: whoever holds the tag of an old state comes too late, and no change is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from spec.counter import Client, change, refs, toy
from spec.shop import ANA, TOY_TAGS, Toy


def test_of_many_who_saw_the_same_state_one_changes_it(client: Client) -> None:
    tag = client.get("/v1/toys/1", as_=ANA).headers["ETag"]
    start = Barrier(4)

    def rename(number: int) -> int:
        start.wait()
        document = change("1", name=f"Bear {number}")
        return client.patch("/v1/toys/1", document, as_=ANA, headers={"If-Match": tag}).status

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(rename, range(4)))

    assert statuses == [200, 412, 412, 412]


def test_of_many_who_make_the_same_row_one_does(client: Client) -> None:
    start = Barrier(4)

    def make(_number: int) -> int:
        start.wait()
        return client.post("/v1/toys", toy(name="Yak"), as_=ANA).status

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(make, range(4)))

    assert statuses == [201, 409, 409, 409]
    with client.backend.work() as work:
        assert len(work.db.scalars(select(Toy.id).where(Toy.name == "Yak")).all()) == 1


def test_links_that_many_add_at_once_are_all_there(client: Client) -> None:
    start = Barrier(3)

    def add(key: int) -> int:
        start.wait()
        return client.post("/v1/toys/2/relationships/tags", refs("tag", key), as_=ANA).status

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(add, [1, 2, 3])) == [200, 200, 200]

    with client.backend.work() as work:
        assert sorted(work.db.scalars(select(TOY_TAGS.c.tag_id).where(TOY_TAGS.c.toy_id == 2))) == [1, 2, 3]
