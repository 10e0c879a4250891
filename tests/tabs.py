"""A running site and the tabs in which tests look at it; the tabs note every trouble."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE = (Path(__file__).parent / "browser" / "vendor" / "axe.min.js").read_text()


@dataclass(frozen=True)
class Site:
    """A running server, and the directory into which its mails go."""

    url: str
    outbox: Path

    def mails_to(self, address: str) -> list[str]:
        """Return the plain texts of the mails to an address, the oldest first."""
        found: list[str] = []
        for path in sorted(self.outbox.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in mail["To"]:
                found.append(mail.get_body(("plain",)).get_content())
        return found

    def link(self, address: str, path: str) -> str:
        """Wait for a mail to an address with a link to a path of ours, and return the link."""
        pattern = re.compile(re.escape(self.url + path) + r"[^\s)>\"]*")
        return waited_for(
            lambda: next((found[0] for text in self.mails_to(address) if (found := pattern.search(text))), None)
        )


def waited_for(look: Callable[[], Any], *, seconds: float = 30) -> Any:
    """Look until there is something, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


@dataclass
class Tab:
    """A page, and what went wrong on it: script errors, refused content, files that did not come."""

    page: Page
    site: Site
    troubles: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note every trouble from now on. A page may answer 4xx (browsers grumble), its files may not."""
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("response", self._note_answer)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.troubles.append(message.text)

    def _note_answer(self, answer: Response) -> None:
        least = 500 if answer.request.resource_type == "document" else 400
        if answer.status >= least:
            self.troubles.append(f"{answer.status} {answer.url}")

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site.url + path)

    def click(self, name: str, role: str = "button") -> None:
        """Press a button or follow a link by its name, as it is read out; the page that follows is there as a whole."""
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("domcontentloaded")

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def unreachable(self) -> list[str]:
        """Return what axe finds wrong on the page (WCAG 2.2 A and AA), and whether the page is too wide."""
        self.page.evaluate(AXE)
        return self._wrong()

    def unreachable_in_any_look(self) -> list[str]:
        """Return the same for the page on a desk in the dark and on a phone in the light, as which it stays.

        Colours don't depend on the width, nor the layout on the colours: two looks show all four.
        """
        self.page.evaluate(AXE)
        found: list[str] = []
        for name, viewport, scheme in (("dark desk", DESK, "dark"), ("light phone", PHONE, "light")):
            self.page.set_viewport_size(viewport)
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once
            found += [f"{name}: {one}" for one in self._wrong()]
        return found

    def _wrong(self) -> list[str]:
        # Only what is wrong is worked out in full: what is right has thousands of places.
        rules = {
            "resultTypes": ["violations"],
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }
        found = self.page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
        wrong = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
        return wrong + ([f"{width} pixels too wide"] if (width := self.too_wide()) > 0 else [])

    def too_wide(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
