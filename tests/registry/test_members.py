"""What clients rely on stays: a member that is gone or has changed fails here until that is meant."""

from __future__ import annotations

from pathlib import Path

from openevent.main.members import added, broken, declared

KEPT = Path(__file__).parents[2] / "docs" / "members.txt"


def test_no_declared_member_has_gone_or_changed() -> None:
    assert broken(KEPT.read_text()) == [], "clients rely on these: see `make break`"


def test_every_declared_member_is_kept() -> None:
    assert added(KEPT.read_text()) == KEPT.read_text(), "run `make docs`"


def test_what_is_gone_is_told_and_not_forgotten() -> None:
    kept = "\n".join([*declared(), "event.nickname: string"])

    assert broken(kept) == ["event.nickname: string"]
    assert "event.nickname: string" in added(kept).splitlines()
