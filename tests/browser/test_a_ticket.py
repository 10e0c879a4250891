"""The main job, as a visitor does it: from signing up to a PDF with one's name, and the organizer sees it."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tabs import DESK, PHONE, waited_for

PASSWORD = "a ferry at half past nine"
ORGANIZER = ("ana@example.org", "open-harbour-sample")
EVENT = "Open Harbour"


def sign_up(tab, first_name, last_name, address):
    tab.open("/")
    tab.click("Sign up", "link")
    tab.page.get_by_label("First name").fill(first_name)
    tab.page.get_by_label("Last name").fill(last_name)
    tab.page.get_by_label("E-mail").fill(address)
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.click("Sign up")
    tab.open(tab.site.link(address, "/verify"))
    tab.page.locator("main").get_by_role("button").click()


def choose(tab, ticket, number):
    tab.open("/")
    tab.page.get_by_role("searchbox").fill(EVENT)
    tab.click("Search")
    tab.page.get_by_role("link", name=EVENT, exact=True).click()
    tab.page.get_by_role("link", name="Get tickets").click()
    tab.page.get_by_label(f"Number of tickets: {ticket}").fill(str(number))
    tab.click("Continue")


def pdf_of(tab, name):
    """Download a ticket as the link on the page says; it may still be on its way."""
    address = tab.page.get_by_role("link", name=f"Download PDF for {name}").get_attribute("href")

    def look():
        answer = tab.page.context.request.get(tab.site.url + address)
        return answer.body() if answer.headers["content-type"] == "application/pdf" else None

    return waited_for(look)


# Scripts and the width have nothing to do with each other: two ways show all four.
@pytest.mark.parametrize(
    ("scripts", "viewport"), [(True, PHONE), (False, DESK)], ids=["scripts-phone", "no-scripts-desk"]
)
def test_from_signing_up_to_a_ticket_in_hand(tab, scripts, viewport):
    visit = f"{'with' if scripts else 'without'}.{viewport['width']}"
    address, friend = f"zoe.{visit}@example.org", f"friend.{visit}@example.org"
    buyer = tab(scripts=scripts, viewport=viewport)

    sign_up(buyer, "Zoë", "Ångström", address)
    choose(buyer, "Community", 2)
    assert buyer.heading() == "Who is coming?"
    assert buyer.page.get_by_label("E-mail").first.input_value() == address
    buyer.page.get_by_label("First name").nth(1).fill("王小波")
    buyer.page.get_by_label("E-mail").nth(1).fill(friend)
    buyer.click("Complete the order")

    assert buyer.heading() == "Your tickets"
    number = buyer.page.get_by_role("heading", level=2).filter(has_text="Order").inner_text()
    text = PdfReader(io.BytesIO(pdf_of(buyer, "Zoë Ångström"))).pages[0].extract_text()
    assert "Zoë Ångström" in text
    assert EVENT in text
    mailed = tab().page.context.request.get(buyer.site.link(friend, "/tickets/"))
    assert "王小波" in PdfReader(io.BytesIO(mailed.body())).pages[0].extract_text()

    buyer.click("My tickets", "link")
    expect(buyer.page.get_by_role("link", name=EVENT, exact=True)).to_have_count(1)

    organizer = tab(scripts=scripts, viewport=viewport)
    organizer.open("/sign-in")
    organizer.page.get_by_label("E-mail").fill(ORGANIZER[0])
    organizer.page.get_by_label("Password").fill(ORGANIZER[1])
    organizer.click("Sign in")
    organizer.click("Organize", "link")
    organizer.page.get_by_role("heading", name=EVENT, exact=True).get_by_role("link").click()
    organizer.page.get_by_label("Name or e-mail").fill(friend)
    organizer.click("Show")
    found = organizer.page.get_by_role("rowheader").get_by_role("link")
    expect(found).to_have_text([number.removeprefix("Order ")])


def test_whoever_is_not_signed_in_comes_back_with_the_choice_kept(tab):
    buyer = tab(viewport=PHONE)

    choose(buyer, "Community", 2)
    assert buyer.heading() == "Sign in"
    buyer.page.get_by_label("E-mail").fill(ORGANIZER[0])
    buyer.page.get_by_label("Password").fill(ORGANIZER[1])
    buyer.click("Sign in")

    assert buyer.heading() == "Choose tickets"
    assert buyer.page.get_by_label("Number of tickets: Community").input_value() == "2"
