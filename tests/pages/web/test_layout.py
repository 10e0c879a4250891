import re

from cast import ana, bo
from factories import make_event, make_ticket
from visitors import elements_of, harmful

PUBLIC = ("/", "/sign-in", "/sign-up", "/reset-password")
SIGNED_IN = ("/", "/my-tickets", "/events", "/account")


def test_every_page_has_a_title_a_description_one_heading_and_its_landmarks(visitor, shell):
    with shell.work() as work:
        buyer, event = bo(work), make_event(work, owner=ana(work))
        make_ticket(work, event)
    guest, signed_in = visitor(), visitor(buyer)
    answers = [guest.get(path) for path in (*PUBLIC, f"/e/{event.identifier}", f"/e/{event.identifier}/tickets")]
    answers += [signed_in.get(path) for path in SIGNED_IN]

    for answer in answers:
        elements = elements_of(answer)
        tags = [tag for tag, _ in elements]
        metas = {attributes.get("name"): attributes.get("content") for tag, attributes in elements if tag == "meta"}
        assert answer.status_code == 200
        assert re.search(r"<title>\S[^<]* · Open Event</title>", answer.text)
        assert metas["description"]
        assert [tags.count(tag) for tag in ("h1", "main", "title")] == [1, 1, 1]
        assert ("html", {"lang": "en"}) in elements
        assert harmful(answer) == []


def test_pages_carry_a_strict_policy_and_anonymous_reading_leaves_no_cookie(visitor, shell):
    with shell.work() as work:
        event = make_event(work)

    for path in ("/", f"/e/{event.identifier}"):
        answer = visitor().get(path)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers.getlist("Set-Cookie") == []


def test_the_chosen_theme_comes_with_the_page(visitor):
    browser = visitor()
    browser.client.set_cookie("theme", "dark")
    dark = browser.get("/")
    browser.client.set_cookie("theme", '"><script>')
    odd = browser.get("/")

    assert '<html lang="en" data-theme="dark">' in dark.text
    assert '<html lang="en">' in odd.text


def test_amounts_and_times_read_as_in_the_readers_country(visitor, shell):
    with shell.work() as work:
        event = make_event(work)
        make_ticket(work, event, price=123450)

    client, path = visitor().client, f"/e/{event.identifier}"
    german = client.get(path, headers={"Accept-Language": "de-DE,de;q=0.9"}).text
    american = client.get(path, headers={"Accept-Language": "en-US"}).text
    unknown = client.get(path, headers={"Accept-Language": "xx-<script>, *"}).text

    assert "1.234,50\N{NO-BREAK SPACE}€" in german
    assert "30 Apr" in german
    assert "€1,234.50" in american
    assert "Apr 30" in american
    assert "€1,234.50" in unknown
