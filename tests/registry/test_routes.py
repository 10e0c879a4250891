"""The routes of the v1 API: all are there."""

from __future__ import annotations

from pathlib import Path

from openevent.main.app import Product

ROUTES = Path(__file__).with_name("routes.txt")
# Served by other parts than the engine, or with more than one segment at the end.
ELSEWHERE = ("/environment", "/v1/events/<text>/exports/<text>")


def test_every_route_is_served(application: Product) -> None:
    missing: list[str] = []

    for line in ROUTES.read_text().splitlines():
        methods, path = line.split()
        address = path.replace("<id>", "1").replace("<text>", "a1b2")
        gone = [one for one in methods.split(",") if not application.engine.serves(one, address)]
        if gone and path not in ELSEWHERE:
            missing.append(f"{','.join(gone)} {path}")

    assert missing == []
