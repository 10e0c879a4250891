"""What is different between two texts, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

AROUND = 3  # lines that are shown before and after a difference


class DiffLine(Struct, frozen=True):
    """One line of a comparison; `gap` stands for lines that both have and nobody needs to see."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str = ""
    old: int | None = None
    new: int | None = None


def differences(old: str, new: str) -> list[DiffLine]:
    r"""Return the lines that differ, with a few around them; nothing for equal texts.

    >>> [(one.kind, one.text) for one in differences("a\nb\nc", "a\nB\nc")]
    [('same', 'a'), ('removed', 'b'), ('added', 'B'), ('same', 'c')]
    """
    before, after = old.splitlines(), new.splitlines()
    found: list[DiffLine] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        if found or group[0][1] > 0:
            found.append(DiffLine("gap"))
        for opcode in group:
            found += _lines(before, after, opcode)
    return found


def _lines(before: list[str], after: list[str], opcode: tuple[str, int, int, int, int]) -> Iterator[DiffLine]:
    tag, i1, i2, j1, j2 = opcode
    if tag == "equal":
        for offset, text in enumerate(before[i1:i2]):
            yield DiffLine("same", text, i1 + offset + 1, j1 + offset + 1)
        return
    for offset, text in enumerate(before[i1:i2]):
        yield DiffLine("removed", text, old=i1 + offset + 1)
    for offset, text in enumerate(after[j1:j2]):
        yield DiffLine("added", text, new=j1 + offset + 1)
