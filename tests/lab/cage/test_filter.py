"""The filter of system calls, run step by step as the kernel would, for both kinds of processor."""

import errno
import struct

import pytest

from openevent.lab.providers.cage.seccomp import MACHINES, filter_for
from openevent.lab.providers.cage.syscalls import AARCH64, GUARDED, X86_64

ALLOW, KILL = 0x7FFF0000, 0x80000000
NO, NONE = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
REFUSED = {  # by their numbers on x86_64 and aarch64
    "execve": (59, 221),
    "execveat": (322, 281),
    "clone": (56, 220),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "setuid": (105, 146),
    "chmod": (90, 52),
    "prctl": (157, 167),
    "setrlimit": (160, 164),
    "truncate": (76, 45),
}
NEW = {"io_uring_setup": 425, "pidfd_open": 434, "clone3": 435, "openat2": 437, "landlock_restrict_self": 446}


def answer(machine, number, *arguments, arch=None):
    """Run the filter over one system call."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=II6QQ", number, arch or MACHINES[machine].audit_arch, 0, *words)
    steps = list(struct.iter_unpack("=HBBI", filter_for(machine)))
    held, at = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("=I", data, value)
            case 0x15:
                at += yes if held == value else no
            case 0x35:
                at += yes if held >= value else no
            case 0x06:
                return value


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request):
    return request.param


def test_what_is_in_the_table_passes_and_nothing_else(machine):
    numbers = {"x86_64": X86_64, "aarch64": AARCH64}[machine]
    plain = {number for name, number in numbers.items() if name not in GUARDED}
    guarded = {numbers[name] for name in GUARDED}
    passed = {number for number in range(600) if answer(machine, number, 99, 99, 99) == ALLOW}

    assert passed == plain
    assert {answer(machine, number, 99, 99, 99) for number in guarded} == {NO}


def test_what_attackers_need_is_refused(machine):
    which = ["x86_64", "aarch64"].index(machine)

    assert {name for name, numbers in REFUSED.items() if answer(machine, numbers[which]) != NO} == set()
    assert {name for name, number in NEW.items() if answer(machine, number) != NONE} == set()


def test_of_some_calls_only_some_uses_pass(machine):
    numbers = {"x86_64": X86_64, "aarch64": AARCH64}[machine]
    for command, verdict in ((0x5401, ALLOW), (0x5412, NO), (0x8901, NO)):  # terminal or not; type for others; owners
        assert answer(machine, numbers["ioctl"], 0, command) == verdict
    for command, verdict in ((1, ALLOW), (1030, ALLOW), (8, NO), (10, NO)):  # flags, duplicates; owners and signals
        assert answer(machine, numbers["fcntl"], 0, command) == verdict
    for limits, verdict in ((0, ALLOW), (1, NO), (1 << 32, NO)):
        assert answer(machine, numbers["prlimit64"], 0, 7, limits) == verdict


def test_foreign_calls_end_the_process(machine):
    other = {"x86_64": "aarch64", "aarch64": "x86_64"}[machine]

    assert answer(machine, 0, arch=MACHINES[other].audit_arch) == KILL
    assert answer(machine, 0, arch=0x40000003) == KILL  # 32 bits
    assert answer("x86_64", 0x40000000) == KILL  # x32
