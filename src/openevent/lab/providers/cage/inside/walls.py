"""Raises the walls around this very process, one after the other; after the last one nothing can be taken back."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path
from typing import Any

from openevent.lab.providers.cage.inside import landlock

# linux/prctl.h, linux/seccomp.h, linux/capability.h
_DIE_WITH_PARENT, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 4, 22, 38
_FILTER = 2
_CAPABILITIES_VERSION = 0x2008_0522
_NOBODY = 65_534
_NICE = 5  # whoever visits pages comes first


class WallMissing(Exception):
    """A wall could not be raised: nothing of a script may run."""


def raise_walls(job: dict[str, Any]) -> int:
    """Take every right from this process but reading `job["readable"]`; return the version of Landlock.

    Raises WallMissing or OSError when any wall is missing: the caller has to end the process then.
    """
    _be_alone()
    os.nice(_NICE)
    readable = landlock.opened(job["readable"])
    _limit(job["limits"])
    _become_nobody(job["uid"])
    _drop_capabilities()
    _die_with(job["parent"])
    _prctl(_DUMPABLE, 0)
    _prctl(_NO_NEW_PRIVILEGES, 1)
    found = landlock.restrict(readable)
    _filter(bytes.fromhex(job["filter"]))
    return found


def _be_alone() -> None:
    """Landlock and the filter hold for the thread that asks for them: there must be no other."""
    tasks = Path("/proc/self/task")
    if tasks.exists() and len(list(tasks.iterdir())) != 1:
        raise WallMissing("there is a second thread")


def _limit(limits: dict[str, int]) -> None:
    """Bound what the process may use; the hard end of CPU time comes a second after the soft one."""
    seconds = limits["cpu_seconds"]
    bounds = {
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_AS: (limits["memory"], limits["memory"]),
        resource.RLIMIT_NOFILE: (limits["descriptors"], limits["descriptors"]),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_NPROC: (0, 0),
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, bound)


def _become_nobody(uid: int | None) -> None:
    """Leave root for an account that owns nothing; whoever is not root stays who they are."""
    if os.geteuid() == 0 or os.getuid() == 0:
        os.setgroups([])
        for one in (uid or _NOBODY, _NOBODY):
            try:
                os.setresgid(one, one, one)
                os.setresuid(one, one, one)
                break
            except OSError:
                continue  # some containers know few accounts
    if 0 in {*os.getresuid(), *os.getresgid(), *os.getgroups()}:
        raise WallMissing("a script never runs as root")


def _drop_capabilities() -> None:
    """Give back whatever root's rights came along without root, and see that they are gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    if libc.capset(header, bytes(24)) != 0:
        raise WallMissing("capabilities can't be given back")
    kept = ctypes.create_string_buffer(24)
    if libc.capget(header, kept) != 0 or any(kept.raw):
        raise WallMissing("capabilities are left")


def _die_with(parent: int | None) -> None:
    """Be killed when the runner's thread ends; bubblewrap sees to it where process ids are of another world."""
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        raise WallMissing("the runner has gone")


def _filter(program: bytes) -> None:
    steps = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HP", len(program) // 8, ctypes.addressof(steps))
    _prctl(_SECCOMP, _FILTER, ctypes.c_char_p(described))


def _prctl(option: int, value: int, more: ctypes.c_char_p | int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    last = more if isinstance(more, ctypes.c_char_p) else ctypes.c_ulong(more)
    if libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), last, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise WallMissing(f"prctl {option}: {os.strerror(ctypes.get_errno())}")
