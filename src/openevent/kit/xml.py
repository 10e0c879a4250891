"""lxml, loaded when the first document is read or written: a server that starts need not wait for it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def etree() -> Any:  # noqa: ANN401 -- compiled, and without types of its own
    """Return the module `lxml.etree`."""
    return import_module("lxml.etree")
