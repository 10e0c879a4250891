"""Starts cages and ends them: the command lines, what a cage is told, and how nothing of it is left."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from openevent.lab.providers.cage.files import Files, files
from openevent.lab.providers.cage.seccomp import filter_for

Tier = Literal["A", "B"]
_INSIDE = "openevent.lab.providers.cage.inside"
_PARTS = ("channel", "landlock", "walls", "bench", "widgets", "script", "boot")
_FIRST_ACCOUNT, _ACCOUNTS = 61_184, 4_096  # accounts that systemd keeps free for such use
_END_SECONDS = 5.0
_LINGER_SECONDS = 1.0
_SEND_SECONDS = 10.0  # a cage that takes no word for so long has hung
# One thread of numpy's: a cage has no other. Nothing else of our environment goes in.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}

# Reads the shipped modules and the job from the channel. It imports little: every run pays for it.
_LOADER = """
import sys, os, json
from importlib.machinery import ModuleSpec
fd = int(sys.argv[1])
def read(size):
    data = b""
    while len(data) < size:
        more = os.read(fd, size - len(data))
        if not more: os._exit(71)
        data += more
    return data
hello = json.loads(read(int.from_bytes(read(4), "big")))
class Shipped:
    def find_spec(self, name, path=None, target=None):
        if name in hello["modules"] or any(one.startswith(name + ".") for one in hello["modules"]):
            return ModuleSpec(name, self, is_package=name not in hello["modules"])
    def create_module(self, spec): return None
    def exec_module(self, module):
        text = hello["modules"].get(module.__name__)
        if text is not None: exec(compile(text, module.__name__, "exec"), module.__dict__)
sys.meta_path.insert(0, Shipped())
import openevent.lab.providers.cage.inside.boot as boot
boot.main(fd, hello["job"])
"""


class Limits(Struct, frozen=True):
    """What one run may use. Seconds of the wall's clock are counted by whoever runs the cage."""

    cpu_seconds: int = 60
    memory: int = 1 << 30
    descriptors: int = 32


class Task(Struct, frozen=True):
    """What is to be run: the text, its parameters, and the functions that it may call (name and words for each)."""

    source: str
    parameters: Mapping[str, Any] = {}
    functions: Sequence[Mapping[str, str]] = ()


class Cage:
    """A running cage: its end of the channel, and its processes. The thread that starts it must outlive it."""

    def __init__(self, tier: Tier, task: Task, limits: Limits | None = None) -> None:
        here, there = socket.socketpair()
        here.settimeout(_SEND_SECONDS)
        self.channel = here
        try:
            self.process = self._started(tier, there)
        except OSError:
            here.close()
            raise
        finally:
            there.close()
        self.errors = self.process.stderr
        self._tell(tier, task, limits or Limits())

    def _started(self, tier: Tier, there: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own words; nothing of a script is among them
            _command(tier, there.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=dict(_ENVIRONMENT),
            cwd="/",
            pass_fds=[there.fileno()],
            start_new_session=True,
        )

    def _tell(self, tier: Tier, task: Task, limits: Limits) -> None:
        found = files()
        job = {
            "source": task.source,
            "parameters": dict(task.parameters),
            "functions": list(task.functions),
            "limits": {name: getattr(limits, name) for name in limits.__struct_fields__},
            "uid": _FIRST_ACCOUNT + secrets.randbelow(_ACCOUNTS),
            "parent": os.getpid() if tier == "B" else None,
            "readable": found.readable,
            "library": found.library,
            "packages": dict(found.packages),
            "filter": filter_for(platform.machine()).hex(),
        }
        body = json.dumps({"modules": _modules(), "job": job}).encode()
        try:
            self.channel.sendall(struct.pack(">I", len(body)) + body)
        except OSError:  # it has not started, or does not listen: its end says so
            self.signal_end()

    def signal_end(self) -> None:
        """Kill every process of the cage without waiting for it; any thread may."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def ended(self) -> int:
        """Return how a cage ended whose channel has ended; one that lingers on is killed."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_LINGER_SECONDS)
        self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End every process of the cage, and return when there is none any more."""
        self.signal_end()
        self.process.wait()
        self.channel.settimeout(_END_SECONDS)
        with suppress(OSError):  # the channel ends when the last process that holds it is gone
            while self.channel.recv(1 << 16):
                pass

    def close(self) -> None:
        """End the cage, and give back what it took here."""
        self.kill()
        self.channel.close()
        if self.errors is not None:
            self.errors.close()


@cache
def _modules() -> dict[str, str]:
    """Return the source of what runs inside, by name."""
    folder = Path(__file__).parent / "inside"
    return {f"{_INSIDE}.{part}": (folder / f"{part}.py").read_text("utf-8") for part in _PARTS}


def _command(tier: Tier, descriptor: int) -> list[str]:
    python = [files().python, "-I", "-S", "-B", "-X", "utf8", "-c", _LOADER, str(descriptor)]
    return [*_bubblewrap(files()), *python] if tier == "A" else python


def bubblewrap() -> str | None:
    """Return where bubblewrap is, or None."""
    return shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")


def _bubblewrap(found: Files) -> list[str]:
    """Return the first wall of tier A: namespaces of its own, and no file but the readable ones."""
    # Root needs no user namespace to begin with; inside, Python leaves root by itself and then has no right at all.
    rights = ["--cap-drop", "ALL"]
    rights += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.geteuid() == 0 else ["--unshare-user"]
    return [
        bubblewrap() or "bwrap",
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
        *rights,
        *("--die-with-parent", "--new-session", "--clearenv"),
        *(word for name, value in _ENVIRONMENT.items() for word in ("--setenv", name, value)),
        *(word for place in _bound(found) for word in place),
        *("--remount-ro", "/", "--chdir", "/", "--"),
    ]


def _bound(found: Files) -> list[tuple[str, ...]]:
    links = [place for place in found.readable if Path(place).is_symlink()]
    bound = [place for place in (*found.readable, found.python) if place not in links]
    above = sorted({str(one) for place in bound for one in Path(place).parents if one != Path("/")})
    return [
        *(("--perms", "0755", "--dir", place) for place in above if place not in links),
        *(("--symlink", str(Path(place).readlink()), place) for place in links),
        *(("--ro-bind", place, place) for place in bound),
    ]


def supports(version: tuple[int, ...] = sys.version_info[:2]) -> bool:
    """Tell whether cages can be tried here at all: Linux, on a kind of processor whose calls we know."""
    return sys.platform == "linux" and version >= (3, 11) and platform.machine() in ("x86_64", "aarch64")
