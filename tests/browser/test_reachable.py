"""Every page can be used by everybody: axe finds nothing, nothing is wider than the screen, in light and in dark."""

from __future__ import annotations

import pytest

from openevent.kit.mail import render
from openevent.kit.services import Site as SiteOfMails
from tabs import PHONE

PASSWORD = "open-harbour-sample"


@pytest.fixture
def look(tab):
    """A tab that each page is looked at in in every look; it stays a phone in the light."""
    return tab(viewport=PHONE)


def sign_in(tab, address):
    tab.open("/sign-in")
    tab.page.get_by_label("E-mail").fill(address)
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.click("Sign in")
    tab.page.wait_for_url("**/")


def wrong(tab, paths):
    """Return what is wrong on these pages: by path, only those with something."""
    found = {}
    for path in paths:
        tab.open(path)
        if problems := tab.unreachable_in_any_look():
            found[path] = problems
    return found


def event_path(tab):
    tab.open("/?q=Open+Harbour")
    return tab.page.get_by_role("link", name="Open Harbour", exact=True).get_attribute("href")


def test_pages_for_everybody(look):
    event = event_path(look)

    paths = ["/", "/?q=nothing-like-this", event, f"{event}/tickets", "/sign-in", "/sign-up", "/reset-password"]
    assert wrong(look, paths) == {}


def test_the_whole_schedule_opened(look):
    look.open(event_path(look))
    look.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert look.unreachable_in_any_look() == []


def test_a_mail_fits_a_phone_whatever_people_are_called(look):
    name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    values = {
        "name": name,
        "event_name": name,
        "event_link": "/",
        "number": "O1-2",
        "note": name,
        "is_part": False,
        "amount": None,
    }

    look.page.set_content(render("orders/cancelled", values, SiteOfMails()).html)

    assert (name in look.page.inner_text("body"), look.too_wide()) == (True, 0)


# What people name is as long as they like: say so in every place that shows such a name.
LENGTHEN = """document.querySelectorAll(
    'main :is(h1, h2, h3, h4, legend, dd, .bill tbody th, .event-line a, .offer-name, .stub-text p, .sponsors li)'
).forEach(one => { one.append('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'); })"""


def test_no_word_is_wider_than_the_screen(look):
    event = event_path(look)
    sign_in(look, "bo@example.org")
    look.open("/my-tickets")
    order = look.page.locator("main h2 a").first.get_attribute("href")

    wide = []
    for path in ("/", event, f"{event}/tickets", order, "/my-tickets"):
        look.open(path)
        look.page.evaluate(LENGTHEN)
        wide += [path] if look.too_wide() > 0 else []

    assert wide == []


def test_pages_of_buyers(look):
    sign_in(look, "bo@example.org")
    look.open("/my-tickets")
    orders = [link.get_attribute("href") for link in look.page.locator("main h2 a").all()]

    assert orders
    assert wrong(look, ["/my-tickets", "/my-tickets?when=past", "/account", *orders]) == {}


def test_a_checkout_and_what_is_wrong_in_it(look):
    sign_in(look, "bo@example.org")
    look.open(f"{event_path(look)}/tickets")
    look.click("Continue")
    refused = look.unreachable_in_any_look()
    look.page.get_by_label("Number of tickets: Regular").fill("2")
    look.click("Continue")
    checkout = look.unreachable_in_any_look()
    look.click("Give these tickets back", "link")
    asked = look.unreachable_in_any_look()
    look.click("Cancel the order")
    cancelled = look.unreachable_in_any_look()

    assert (refused, checkout, asked, cancelled) == ([], [], [], [])


def test_pages_of_organizers(look):
    sign_in(look, "ana@example.org")
    ledger = event_path(look).replace("/e/", "/events/") + "/orders"

    assert wrong(look, ["/events", ledger, f"{ledger}?status=placed", f"{ledger}?q=nobody"]) == {}


def test_trouble(look):
    look.open("/nothing")
    assert look.unreachable_in_any_look() == []
