"""The first thing in a cage: raises the walls, then runs the script."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

from openevent.lab.providers.cage.inside import script
from openevent.lab.providers.cage.inside.channel import Channel
from openevent.lab.providers.cage.inside.walls import WallMissing, raise_walls

_BROKEN = 70  # how a process ends whose walls could not be raised


class Packages:
    """Finds the few packages that scripts may import besides Python's own library, and nothing beside them."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places

    def find_spec(self, name: str, path: object = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where a package is, or None; parts of packages are found in the package itself."""
        place = self._places.get(name)
        if place is None or path is not None:
            return None
        from importlib.util import spec_from_file_location  # noqa: PLC0415 -- many scripts import no package

        folder = f"{place}/{name}"
        return spec_from_file_location(name, f"{folder}/__init__.py", submodule_search_locations=[folder])


def main(descriptor: int, job: dict[str, Any]) -> None:
    """Run the job's script behind walls; never returns with a wall missing."""
    channel = Channel(descriptor)
    places = dict.fromkeys((*job["library"], *job["packages"].values()))
    kept = {place: os.open(place, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC) for place in places}
    try:
        landlock = raise_walls(job)
    except (OSError, WallMissing) as error:
        channel.send({"do": "broken", "text": f"{type(error).__name__}: {error}"})
        os._exit(_BROKEN)
    reached = {place: _reachable(place, number) for place, number in kept.items()}
    sys.path[:] = [reached[place] for place in job["library"]]
    sys.path_importer_cache.clear()
    _move_packages(reached)
    packages = Packages({name: reached[place] for name, place in job["packages"].items()})
    sys.meta_path.append(packages)  # pyright: ignore[reportArgumentType] -- the protocol's own shape
    channel.send({"do": "ready", "landlock": landlock, "uid": os.getuid()})
    script.run(channel, job)


def _reachable(place: str, number: int) -> str:
    """Return a path to a folder of the library for an account that may not enter the folders above it.

    Where root started this process, Python itself may lie in root's home. The folder was opened before.
    """
    if os.access(place, os.R_OK | os.X_OK):
        os.close(number)
        return place
    return f"/proc/self/fd/{number}"


def _move_packages(reached: dict[str, str]) -> None:
    """Let packages that are loaded already find their other parts where the library is now."""
    for module in list(sys.modules.values()):
        if isinstance(places := getattr(module, "__path__", None), list):
            module.__path__ = [_moved(str(one), reached) for one in cast(list[object], places)]


def _moved(place: str, reached: dict[str, str]) -> str:
    for before, now in reached.items():
        if place.startswith(f"{before}/"):
            return now + place.removeprefix(before)
    return place
