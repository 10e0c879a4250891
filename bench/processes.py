"""Server processes under measurement: start, wait until they answer, CPU and memory of the whole tree (Linux /proc)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # gone meanwhile
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(root: int) -> float:
    """Return user and system time that a process tree has used."""
    return sum((int(stat[11]) + int(stat[12])) / _TICKS for stat in map(_stat, tree(root)))


def resident_megabytes(root: int) -> float:
    """Return the largest resident set of one process of the tree."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in tree(root)]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass
class Server:
    """One running server."""

    process: subprocess.Popen[bytes]
    port: int
    cold_start: float  # seconds from start to the first answer

    @property
    def pid(self) -> int:
        """The root of its process tree."""
        return self.process.pid

    def stop(self) -> None:
        """Ask it to finish; insist after ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(arguments: list[str], environment: dict[str, str], *, port: int, ready: str, log: Path) -> Server:
    """Start a server and wait for its first 200 at `ready`; raises RuntimeError with its log when none comes."""
    began = time.perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=os.environ | environment, stdout=sink, stderr=subprocess.STDOUT
        )
    while time.perf_counter() - began < 30 and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5):
                return Server(process, port, time.perf_counter() - began)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    process.kill()
    raise RuntimeError(f"{arguments} did not answer:\n{log.read_text()[-3000:]}")
