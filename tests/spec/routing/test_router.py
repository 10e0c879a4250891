"""The router: static segments win, open ones are tried after them, and nothing is guessed."""

from __future__ import annotations

import pytest

from openevent.jsonapi.routes import Router


def _router(*paths: str) -> Router[str]:
    router: Router[str] = Router()
    for path in paths:
        router.add("GET", path, path)
    return router


def _found(router: Router[str], path: str) -> tuple[str, dict[str, str]] | None:
    match = router.find(path)
    return None if match is None else match.target("GET")


def test_static_segments_win() -> None:
    router = _router("/v1/events/<id>", "/v1/events/upcoming")

    assert _found(router, "/v1/events/upcoming") == ("/v1/events/upcoming", {})
    assert _found(router, "/v1/events/7") == ("/v1/events/<id>", {"id": "7"})


def test_a_way_that_ends_nowhere_is_left_for_the_next() -> None:
    router = _router("/v1/orders/attendees/<id>.pdf", "/v1/orders/<key>/<relation>", "/v1/orders/<key>/tickets-pdf")

    assert _found(router, "/v1/orders/attendees/7.pdf") == ("/v1/orders/attendees/<id>.pdf", {"id": "7"})
    assert _found(router, "/v1/orders/attendees/event") == (
        "/v1/orders/<key>/<relation>",
        {"key": "attendees", "relation": "event"},
    )
    assert _found(router, "/v1/orders/x/tickets-pdf") == ("/v1/orders/<key>/tickets-pdf", {"key": "x"})


def test_text_around_an_open_segment_wins_over_none() -> None:
    router = _router("/<any>", "/<name>.ics", "/event-<name>.ics")

    assert _found(router, "/a.ics") == ("/<name>.ics", {"name": "a"})
    assert _found(router, "/event-a.ics") == ("/event-<name>.ics", {"name": "a"})
    assert _found(router, "/.ics") == ("/<any>", {"any": ".ics"})


@pytest.mark.parametrize("path", ["", "/", "/a", "a/b", "/a/b/c", "/a//", "//a/b", "/a/b/"])
def test_other_paths_are_not_there(path: str) -> None:
    assert _router("/a/b", "/a/<x>").find(path) is None


def test_routes_that_share_a_place_may_name_its_segments_differently() -> None:
    router: Router[str] = Router()
    router.add("GET", "/a/<one>", "read")
    router.add("POST", "/a/<other>", "write")

    match = router.find("/a/7")

    assert match is not None
    assert match.methods == ["GET", "HEAD", "POST"]
    assert match.target("HEAD") == ("read", {"one": "7"})
    assert match.target("POST") == ("write", {"other": "7"})
    assert match.target("PUT") is None


def test_a_reserved_path_is_there_without_methods() -> None:
    router: Router[str] = Router()
    router.reserve("/a")
    router.reserve("/a")

    match = router.find("/a")

    assert match is not None
    assert match.methods == []


def test_a_long_path_costs_no_more_than_its_routes() -> None:
    assert _router("/a/<x>").find("/a" + "/b" * 10_000) is None


def test_a_segment_may_take_words_only() -> None:
    router = _router("/tickets/<key>", "/tickets/<text:order>", "/tickets/<text:order>.pdf")

    assert _found(router, "/tickets/7") == ("/tickets/<key>", {"key": "7"})
    assert _found(router, "/tickets/x7") == ("/tickets/<text:order>", {"order": "x7"})
    assert _found(router, "/tickets/x.pdf") == ("/tickets/<text:order>.pdf", {"order": "x"})
    assert _found(router, "/tickets/7.pdf") == ("/tickets/<text:order>", {"order": "7.pdf"})
