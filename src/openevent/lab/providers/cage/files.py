"""Which files a cage can read: Python and its library, the packages for numbers, and the system's shared objects."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

PACKAGES = ("numpy", "scipy")
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")


class Files(Struct, frozen=True):
    """What a cage can read. `library` is what Python imports from, `packages` folders of single packages by name."""

    python: str
    library: tuple[str, ...]
    packages: Mapping[str, str]
    readable: tuple[str, ...]


@cache
def files() -> Files:
    """Return the files of this installation's cages."""
    python = os.path.realpath(sys.executable)
    stdlib = os.path.realpath(sysconfig.get_path("stdlib"))
    compiled = os.path.realpath(Path(sysconfig.get_config_var("DESTSHARED") or Path(stdlib) / "lib-dynload"))
    packages = {name: place for name in PACKAGES if (place := _package(name)) is not None}
    beside = [str(Path(place) / part) for name, place in packages.items() for part in (name, f"{name}.libs")]
    shared = Path(sysconfig.get_config_var("LIBDIR") or "/") / (sysconfig.get_config_var("INSTSONAME") or "-")
    wanted = (*_SYSTEM, stdlib, compiled, *beside, str(shared))
    library = tuple(dict.fromkeys((stdlib, compiled)))
    return Files(python, library, packages, tuple(place for place in dict.fromkeys(wanted) if Path(place).exists()))


def _package(name: str) -> str | None:
    """Return the folder that a package lies in, without importing it."""
    found = importlib.util.find_spec(name)
    return str(Path(found.origin).resolve().parents[1]) if found is not None and found.origin else None
