"""What a device can be asked to do: the allow-list, and the check of every call against it."""

from __future__ import annotations

from openevent.lab.rules.functions.checking import Call, checked
from openevent.lab.rules.functions.kinds import (
    Argument,
    ArgumentOutOfRange,
    ArgumentWrong,
    CallRefused,
    CallUnreadable,
    Function,
    FunctionForbidden,
    FunctionUnknown,
    Limits,
)
from openevent.lab.rules.functions.table import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "Argument",
    "ArgumentOutOfRange",
    "ArgumentWrong",
    "Call",
    "CallRefused",
    "CallUnreadable",
    "Function",
    "FunctionForbidden",
    "FunctionUnknown",
    "Limits",
    "checked",
]
