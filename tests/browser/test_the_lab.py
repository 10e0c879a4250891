"""The story of the remote laboratory: from an account to a voltage, a sine, and a script of one's own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tabs import DESK, PHONE

PASSWORD = "a ferry at half past nine"
SCRIPT = "import math\nfor i in range(5):\n    print(i, math.sin(i))"


def sign_up(tab, address):
    tab.open("/sign-up")
    tab.page.get_by_label("First name").fill("Zoë")
    tab.page.get_by_label("E-mail").fill(address)
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.click("Sign up")
    tab.click("Lab", "link")


def run(tab, title):
    tab.page.get_by_role("button", name=f"Run {title}").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(title)


def test_from_an_account_to_a_script_of_ones_own(tab):
    visitor = tab(viewport=DESK)
    page = visitor.page
    sign_up(visitor, "zoe.lab@example.org")

    page.get_by_label("Function string").fill("get_voltage('CH1')")
    visitor.click("Execute")
    expect(page.locator("#results output")).to_have_text(re.compile(r"^-?[\d.]+ [mµ]?V$"))
    expect(page.get_by_role("region", name="Your turn at Bench 1")).to_contain_text("left")

    run(visitor, "multimeter.py")
    visitor.click("CH1 (V)")
    expect(page.locator(".widget-label output", has_text=re.compile(r"^-?\d"))).to_be_visible()
    expect(page.locator(".run-state")).to_be_empty()
    visitor.click("Source code", "link")
    expect(page.get_by_role("region", name="Source code")).to_contain_text("get_voltage")
    visitor.click("Stop")
    expect(page.locator("[data-badge]")).to_have_text("Stopped")

    visitor.click("Lab", "link")
    run(visitor, "plot_test.py")
    expect(page.locator("figure.plot path.plot-line").first).to_have_attribute("d", re.compile(r"^M.*L"))
    visitor.click("Stop")

    visitor.click("Lab", "link")
    visitor.click("New Python script", "link")
    page.get_by_label("Title").fill("sine coordinates.py")
    page.get_by_label("Python").fill(SCRIPT)
    visitor.click("Save")
    visitor.click("Run")
    expect(page.locator(".output")).to_contain_text("4 -0.7568")
    expect(page.locator("[data-badge]")).to_have_text("Done")
    assert visitor.unreachable() == []
    visitor.click("Lab", "link")
    visitor.click("Hand back")


def test_an_instrument_is_live_and_others_watch_it(tab):
    holder, watcher = tab(viewport=PHONE), tab(viewport=DESK, scheme="dark")
    sign_up(holder, "holder.lab@example.org")
    holder.page.get_by_role("button", name=re.compile("Take a turn|Join the queue")).click()
    expect(holder.page.get_by_role("region", name="Your turn at Bench 1")).to_contain_text("left")
    sign_up(watcher, "watcher.lab@example.org")

    for one in (holder, watcher):
        one.page.get_by_role("link", name="Oscilloscope").click()
    holder.click("Live")

    for one in (holder, watcher):
        expect(one.page.locator("[data-screen] path.plot-line").first).to_have_attribute("d", re.compile(r"^M.*L"))
        assert one.unreachable() == []
    expect(watcher.page.get_by_role("button", name="Live")).to_be_disabled()
    holder.click("Pause")

    watcher.page.add_init_script("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    watcher.click("Join the queue")
    holder.click("Hand back")
    expect(watcher.page).to_have_title(re.compile("^● Your turn"), timeout=15_000)
    watcher.click("Hand back")
