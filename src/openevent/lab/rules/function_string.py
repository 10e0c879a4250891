"""The function-string box: one call of a plain name with literal arguments, read and never run."""

from __future__ import annotations

import ast
from typing import Any

from openevent.lab.rules.functions import CallUnreadable

LONGEST = 1_000
_SHAPE = "Type one function, such as get_voltage('CH1')."


def parse(text: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Return the name, the positional and the named arguments of a call; raises CallUnreadable for anything else.

    >>> parse("capture1('CH1', 200, timegap=10)")
    ('capture1', ['CH1', 200], {'timegap': 10})
    >>> parse("__import__('os').system('ls')")
    Traceback (most recent call last):
    openevent.lab.rules.functions.kinds.CallUnreadable: Type one function, such as get_voltage('CH1').
    """
    call = _call(text)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise CallUnreadable(_SHAPE)
    positional = [_literal(one) for one in call.args]
    named: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in named:
            raise CallUnreadable("Give each argument once, by its name.")
        named[keyword.arg] = _literal(keyword.value)
    return call.func.id, positional, named


def _call(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise CallUnreadable(f"A function string has {LONGEST:,} letters at most.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise CallUnreadable(_SHAPE) from None


def _literal(node: ast.expr) -> Any:  # noqa: ANN401 -- whatever is written there
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str()):
            return node.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.UnaryOp(op=ast.UAdd(), operand=ast.Constant(value=int() | float() as number)):
            return +number
        case ast.List() | ast.Tuple():
            return [_literal(one) for one in node.elts]
        case _:
            raise CallUnreadable("Arguments are numbers, texts in quotes, or lists of them.")
