"""The routes of the v1 API: all are there but those that are still listed as open."""

from __future__ import annotations

from pathlib import Path

from openevent.main.app import Product

HERE = Path(__file__).parent
# Served by other parts than the engine, or with more than one segment at the end.
ELSEWHERE = ("/environment", "/v1/events/<text>/exports/<text>")


def test_every_route_is_served_but_those_that_are_open(application: Product) -> None:
    missing: list[str] = []

    for line in (HERE / "routes.txt").read_text().splitlines():
        methods, path = line.split()
        address = path.replace("<id>", "1").replace("<text>", "a1b2")
        gone = [one for one in methods.split(",") if not application.engine.serves(one, address)]
        if gone and path not in ELSEWHERE:
            missing.append(f"{','.join(gone)} {path}")

    assert missing == (HERE / "routes-open.txt").read_text().splitlines()
