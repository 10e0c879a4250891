"""What scripts add: never more than comfort."""

from __future__ import annotations

from playwright.sync_api import expect


def test_the_steppers_count_and_the_total_adds_up(tab):
    visitor = tab()
    visitor.open("/?q=Open+Harbour")
    visitor.click("Open Harbour", "link")
    visitor.page.get_by_role("link", name="Get tickets").click()

    for _ in range(2):
        visitor.click("One more: Community")
    expect(visitor.page.get_by_role("button", name="One more: Community")).to_be_disabled()  # no more in one order
    visitor.click("One more: Regular")
    visitor.click("One more: Supporter")
    visitor.page.get_by_label("Your amount for Supporter").fill("200")

    assert visitor.page.get_by_label("Number of tickets: Community").input_value() == "2"
    expect(visitor.page.locator("[data-sum] output")).to_have_text("€340.00")
    visitor.click("One less: Regular")
    expect(visitor.page.locator("[data-sum] output")).to_have_text("€200.00")


def test_the_chosen_appearance_stays(tab):
    visitor = tab(scheme="light")
    visitor.open("/")
    light = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")

    visitor.page.get_by_text("Dark", exact=True).click()
    dark = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visitor.open("/sign-in")
    after = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visitor.page.get_by_text("System", exact=True).click()

    assert light != dark == after
    assert visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_nothing_moves_while_a_page_loads(tab):
    visitor = tab()
    watch = """
        window.shift = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value; }))
            .observe({ type: "layout-shift", buffered: true });
    """
    visitor.page.add_init_script(watch)

    for path in ("/", "/?q=Open+Harbour"):
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.evaluate("window.shift") < 0.01
