import re
from datetime import timedelta

from cast import ana
from factories import make_event


def titles(response):
    return re.findall(r'<h3 dir="auto"><a href="/e/[^"]+">([^<]*)</a>', response.text)


def test_home_lists_published_events_by_date_and_hides_drafts_and_private_ones(visitor, shell):
    with shell.work() as work:
        owner = ana(work)
        make_event(work, owner=owner, name="Later", starts_at=work.now + timedelta(days=9))
        make_event(work, owner=owner, name="Sooner", starts_at=work.now + timedelta(days=3))
        make_event(work, owner=owner, name="Draft", state="draft")
        make_event(work, owner=owner, name="Secret", privacy="private")

    answer = visitor().get("/")

    assert answer.status_code == 200
    assert titles(answer) == ["Sooner", "Later"]


def test_a_search_looks_at_names_and_places(visitor, shell):
    with shell.work() as work:
        make_event(work, name="Rails", location_name="Depot, Łódź")
        make_event(work, name="Boats", location_name="Harbour")

    assert titles(visitor().get("/?q=Łódź")) == ["Rails"]
    assert titles(visitor().get("/?q=boats")) == ["Boats"]
    assert "Nothing found" in visitor().get("/?q=nowhere").text


def test_events_come_in_pages_of_twelve(visitor, shell):
    with shell.work() as work:
        for number in range(14):
            make_event(work, name=f"Event {number:02}", starts_at=work.now + timedelta(days=number + 1))

    first, second, third = (visitor().get(f"/?page={number}") for number in (1, 2, 3))

    assert len(titles(first)) == 12
    assert titles(second) == ["Event 12", "Event 13"]
    assert third.status_code == 404


def test_a_search_is_shown_as_text_never_as_markup(visitor):
    answer = visitor().get('/?q="><script>alert(1)</script>')

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_odd_queries_are_answered(visitor):
    for query in ("page=-1", "page=x", "page=0", "q=%00", "q=%25_%5C", "q=" + "x" * 5000):
        assert visitor().get(f"/?{query}").status_code == 200


def test_a_fresh_installation_says_that_nothing_is_announced(visitor):
    assert "Nothing is announced yet" in visitor().get("/").text
