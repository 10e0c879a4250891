"""Who may what, everywhere: one walk over every type, verb and role, compared with the table that people have read."""

from __future__ import annotations

from pathlib import Path

from registry.walk import KEPT, lines, open_walk


def test_everybody_may_what_the_table_says_and_nothing_else(tmp_path: Path) -> None:
    walk = open_walk(tmp_path)

    found = list(lines(walk))
    walk.product.close()

    kept = KEPT.read_text().splitlines()
    changed = [f"- {line}" for line in kept if line not in found] + [f"+ {line}" for line in found if line not in kept]
    assert not changed, "\n".join(["who may what has changed; look at it, then run `make permissions`:", *changed])
    assert found == kept
