"""The whole product in a real browser: a server with the sample conference, and tabs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, sync_playwright

from tabs import DESK, Site, Tab, waited_for

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}{os.sep}"  # compared as text: this looks at every test that there is
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker("browser")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 -- our own server
            return answer.status == 200
    except (URLError, OSError):
        return False


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product as `make run` starts it, on a fresh directory and a free port."""
    data, port = tmp_path_factory.mktemp("site"), _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"OPENEVENT_DATA": str(data), "OPENEVENT_URL": url, "OPENEVENT_PORT": str(port)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENEVENT_")}  # noqa: TID251 -- a child's environment
    command = [str(Path(sys.executable).with_name("openevent")), "serve", "--demo"]
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**kept, **settings}, stdout=log, stderr=log)  # noqa: S603 -- our own command
        try:
            waited_for(lambda: server.poll() is not None or _is_ready(url), seconds=90)
            assert server.poll() is None, (data / "log").read_text()
            yield Site(url, data / "outbox")
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests: the system's, or the one that Playwright has installed."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, site: Site) -> Iterator[Callable[..., Tab]]:
    """Make a tab with cookies of its own; when the test is over no tab may have had any trouble."""
    made: list[Tab] = []

    def make(*, scripts: bool = True, viewport: dict[str, int] = DESK, scheme: str = "light") -> Tab:
        context = chromium.new_context(java_script_enabled=scripts, viewport=viewport, color_scheme=scheme)
        context.set_default_timeout(15_000)
        found = Tab(context.new_page(), site)
        found.listen()
        made.append(found)
        return found

    yield make
    for one in made:
        one.page.context.close()
    assert [trouble for one in made for trouble in one.troubles] == []
