"""Every call that a shipped example makes, or leaves to a button, is one that devices allow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import openevent.lab
from openevent.lab.rules.function_string import parse
from openevent.lab.rules.functions import FUNCTIONS, CallUnreadable, checked

EXAMPLES = sorted((Path(openevent.lab.__file__).parent / "examples").glob("*.py.txt"))


def calls_of(code: str) -> list[str]:
    """Return calls of functions with literal arguments, and texts that are calls."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return [text for text in found if is_call(text)]


def is_call(text: str) -> bool:
    try:
        parse(text)
    except CallUnreadable:
        return False
    return True


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_asks_for_what_there_is(path: Path) -> None:
    calls = calls_of(path.read_text())

    assert calls != []
    for call in calls:
        name, positional, named = parse(call)
        checked(name, positional, named)
