"""Landlock by its three system calls: from here on this process sees the named files alone, and may change none."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

# linux/landlock.h; the numbers of the calls are the same on every kind of processor
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_WANTED, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1  # run, write, read, make and remove of all kinds
_LATER_RIGHTS = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # move; shorten; ask devices
_WITH_NETWORK, _WITH_SCOPES = 4, 6
_NETWORK = 0b11  # bind and connect TCP
_SCOPES = 0b11  # abstract Unix sockets and signals of others


class LandlockMissing(OSError):
    """The kernel has no Landlock, or it is switched off."""


def version() -> int:
    """Return which Landlock the kernel has; raises LandlockMissing."""
    return _called(_CREATE, None, 0, _VERSION_WANTED)


def opened(places: Iterable[str]) -> list[int]:
    """Open what will be readable, so that `restrict` can name it when this account can't enter its folders any more."""
    return [os.open(place, os.O_PATH | os.O_CLOEXEC) for place in places]


def restrict(readable: Iterable[int]) -> int:
    """Let this process read below what was opened and do nothing else to any file; return which Landlock did it.

    Whatever the kernel's Landlock can do besides is taken too: no TCP, no abstract sockets, no signals to others.
    """
    found = version()
    handled = _FIRST_RIGHTS | sum(right for since, right in _LATER_RIGHTS if found >= since)
    rules = struct.pack("=Q", handled)
    rules += struct.pack("=Q", _NETWORK) if found >= _WITH_NETWORK else b""
    rules += struct.pack("=Q", _SCOPES) if found >= _WITH_SCOPES else b""
    ruleset = _called(_CREATE, rules, len(rules), 0)
    for place in readable:
        _allow(ruleset, place)
    _called(_RESTRICT, ruleset, 0)
    os.close(ruleset)
    return found


def _allow(ruleset: int, place: int) -> None:
    is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
    rights = _READ_FILE | (_READ_DIRECTORY if is_folder else 0)
    _called(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)


def _called(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    answer = libc.syscall(ctypes.c_long(number), *words)
    if answer < 0:
        code = ctypes.get_errno()
        raise LandlockMissing(code, f"Landlock: {os.strerror(code)}")
    return answer
