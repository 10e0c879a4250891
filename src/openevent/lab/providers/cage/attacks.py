"""The attack list: what every cage must withstand before a script of anybody runs in it. Each is a script of its own.

An attack says "through" when it has got anywhere, and what it has got; a cage in which one of them gets through is not
used. They are also tried without a cage (tests), where they do get through: else they would show nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from openevent.lab.providers.cage.launch import Limits

Expected = Literal["done", "memory", "killed", "output"]


class Attack(Struct, frozen=True):
    """A script, the ways in which its run may end, and the limits that it is tried with.

    `{...}` in the source are places and numbers that the tester knows: a secret file, a port, a process.
    """

    name: str
    source: str
    ends: tuple[Expected, ...] = ("done",)
    limits: Limits = Limits(cpu_seconds=10)


class Bait(Struct, frozen=True):
    """What attacks are led to: a secret in a file, in an environment, behind a port, and a process that lives."""

    file: str
    folder: str
    port: int
    abstract: str
    peer: int
    secret: str

    def within(self, source: str) -> str:
        """Return the source with the places in it."""
        found: Mapping[str, object] = {name: getattr(self, name) for name in self.__struct_fields__}
        for name, value in found.items():
            source = source.replace(f"<{name}>", str(value))
        return source


# Together in one cage: none of them may end it. `tried` prints one line for each: its name, and "stopped" or "through".
_TRIED = """
import ctypes, os, signal, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)

def tried(name, attack):
    try:
        got = attack()
    except BaseException as error:
        got = None
    print(f"{name}: " + ("stopped" if got in (None, False, "") else f"through {got!r}"), flush=True)

def text(path):
    with open(path, "rb") as file:
        return file.read(200)

def written(path):
    with open(path, "w") as file:
        file.write("x")
    return True

def environments():
    for number in os.listdir("/proc"):
        if number.isdigit():
            try:
                found = text(f"/proc/{number}/environ")
            except OSError:
                continue
            if found:
                return found

def own_environment():
    return [name for name in os.environ if "SECRET" in name or name not in
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "LC_ALL", "PWD")] or None

def connected():
    with socket.create_connection(("127.0.0.1", <port>), 1) as made:
        return made.recv(100)

def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        return made.sendto(b"x", ("127.0.0.1", <port>))

def abstract():
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.connect("\\0<abstract>")
        return made.recv(100)

def forked():
    made = 0
    for _ in range(300):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            os._exit(0)
        made += 1
        os.waitpid(child, 0)
    return made

def child_of(number, *arguments):
    pid = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(one) for one in arguments))
    if pid == 0:
        os._exit(0)
    return pid > 0 and pid

def signalled():
    os.kill(<peer>, 0)
    return True

def succeeded(answer):
    return answer >= 0 and f"answer {answer}"

def traced():
    return succeeded(libc.ptrace(ctypes.c_long(16), ctypes.c_long(<peer>), None, None))

def replaced():
    os.execve(sys.executable or "/usr/bin/true", ["x"], {})

def called(x86, arm, *arguments):
    number = x86 if os.uname().machine == "x86_64" else arm
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return succeeded(libc.syscall(ctypes.c_long(number), *words))

WORLD = ("/etc/passwd", "/etc/hostname", "/etc/hosts")

tried("read a file of the server", lambda: text("<file>"))
tried("read /etc", lambda: [text(one) for one in WORLD if os.access(one, os.R_OK)] or None)
tried("list the data of the server", lambda: os.listdir("<folder>"))
tried("write beside it", lambda: written("<folder>/written"))
tried("write to /tmp", lambda: written("/tmp/openevent-attack"))
tried("write to /dev/shm", lambda: written("/dev/shm/openevent-attack"))
tried("change the rights of a file", lambda: os.chmod("<file>", 0o777) or True)
tried("delete a file", lambda: os.unlink("<file>") or True)
tried("read its own environment", own_environment)
tried("read environments in /proc", environments)
tried("TCP to a local service", connected)
tried("UDP to a local service", datagram)
tried("an abstract socket", abstract)
tried("a pair of sockets", lambda: socket.socketpair()[0].fileno())
tried("fork", forked)
tried("vfork by its number", lambda: child_of(57) if os.uname().machine == "x86_64" else None)
tried("clone by its number", lambda: child_of(56 if os.uname().machine == "x86_64" else 220, 17, 0, 0, 0, 0))
tried("start a program", lambda: subprocess.run(["/bin/true"]).returncode == 0)
tried("start a program by posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
tried("signal a peer", signalled)
tried("signal everybody", lambda: os.kill(-1, 0) or True)
tried("trace a peer", traced)
tried("become root", lambda: os.setuid(0) or True)
tried("be root", lambda: os.getuid() == 0)
tried("catch page faults", lambda: called(323, 282, 1))
tried("make a file in memory", lambda: called(319, 279, b"x", 0))
tried("watch files", lambda: called(294, 26, 0))
tried("look at keys", lambda: called(250, 219, 0, -3, 0))
tried("a ring of calls", lambda: called(425, 425, 1, ctypes.create_string_buffer(512)))
tried("leave by namespaces", lambda: succeeded(libc.unshare(0x10000000)))
tried("raise a limit", lambda: __import__("resource").setrlimit(7, (1, 1)) or True)
"""

# The honest job: a cage that stops everything is no cage either. It stands last, for it is what people come for.
_HONEST = """
import numpy as np
x = np.linspace(0, 2 * np.pi, 2048)
assert abs(float(np.fft.rfft(np.sin(8 * x[:-1])).real.sum())) < 1e6
assert np.allclose(np.linalg.solve(np.eye(50) * 2, np.ones(50)), 0.5)
import datetime, json, math, random, statistics
print("honest: done", round(statistics.mean([1, 2, 3])), json.dumps({"pi": round(math.pi, 2)}))
"""

MANY = Attack("everything that is refused", _TRIED)
HONEST = Attack("an honest calculation", _HONEST)
ATTACKS: tuple[Attack, ...] = (
    MANY,
    Attack(
        "3 GiB of memory",
        "kept = bytearray(3 << 30)\nfor n in range(0, len(kept), 4096): kept[n] = 1\nprint('through')",
        ("memory", "killed"),
    ),
    Attack(
        "memory bit by bit",
        "kept = []\nwhile True: kept.append(bytearray(1 << 20))",
        ("memory", "killed"),
        Limits(cpu_seconds=10, memory=1 << 28),  # it does fill what it gets
    ),
    Attack("an endless loop", "while True: pass", ("killed",), Limits(cpu_seconds=1)),
    Attack(
        "an endless loop that hears no signal",
        "import signal\nfor n in (24, 15, 2):\n    signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        ("killed",),
        Limits(cpu_seconds=1),
    ),
    Attack("endless output", "while True: print('x' * 1000)", ("output",)),
    Attack(
        "endless output below Python",
        "import os\nn = 0\nwhile n < 50_000_000: n += os.write(2, b'x' * 4096)\nprint('through')",
        ("output",),
    ),
    Attack(
        "a frame that never ends",
        "import os\nfor n in range(3, 4096):\n    try:\n        os.write(n, b'\\x7f\\xff\\xff\\xff' + b'x' * 65536)\n"
        "    except OSError:\n        pass\nwhile True: pass",
        ("output",),
    ),
    Attack(
        "a huge file",
        "import os\nfor place in ('/tmp', '/dev/shm', '/', '<folder>'):\n    try:\n"
        "        with open(place + '/huge', 'wb') as file:\n            file.truncate(1 << 30)\n"
        "            file.write(b'x' * (1 << 20))\n        print('through', place)\n"
        "    except OSError:\n        pass\n",
    ),
    HONEST,
)  # fmt: skip
