"""The sample data's files: TOML beside the code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

Entry = dict[str, Any]


@cache
def read(name: str) -> Entry:
    """Return one file, such as `people`."""
    return tomllib.loads(files("openevent.main.demo").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def without(entry: Entry, *names: str) -> Entry:
    """Return an entry without some of its members: the rest are columns."""
    return {name: value for name, value in entry.items() if name not in names}
