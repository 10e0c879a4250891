"""A small assembler of seccomp filters: tables of system calls in, the kernel's BPF program out."""

from __future__ import annotations

import errno
import struct
from collections.abc import Mapping, Sequence

from msgspec import Struct

from openevent.lab.providers.cage.syscalls import AARCH64, FIRST_NEW, GUARDED, X86_64

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # where they stand in struct seccomp_data
_X32 = 0x4000_0000  # the second set of numbers of x86_64


class Machine(Struct, frozen=True):
    """A kind of processor: what the kernel calls it, its numbers, and from which number on everything is foreign."""

    audit_arch: int
    numbers: Mapping[str, int]
    foreign: int | None = None


MACHINES: Mapping[str, Machine] = {
    "x86_64": Machine(0xC000_003E, X86_64, _X32),
    "aarch64": Machine(0xC000_00B7, AARCH64),
}


class Instruction(Struct, frozen=True):
    """One step: the code, the steps to skip when a comparison holds and when it does not, and the value."""

    code: int
    value: int
    yes: int = 0
    no: int = 0


def filter_for(machine: str) -> bytes:
    """Return the program that lets a caged script do what the tables say; raises KeyError for an unknown machine.

    A foreign kind of call kills the process; a call that is not in the table gets EPERM, a newer one ENOSYS.

    >>> len(filter_for("x86_64")) % 8
    0
    """
    kind = MACHINES[machine]
    steps = [
        *(Instruction(_LOAD, _MACHINE), Instruction(_EQUAL, kind.audit_arch, yes=1), Instruction(_RETURN, _KILL)),
        Instruction(_LOAD, _NUMBER),
    ]
    if kind.foreign is not None:
        steps += [Instruction(_AT_LEAST, kind.foreign, no=1), Instruction(_RETURN, _KILL)]
    for name, number in kind.numbers.items():
        steps += _guarded(number, *GUARDED[name]) if name in GUARDED else _allowed(number)
    steps += [Instruction(_AT_LEAST, FIRST_NEW, no=1), _refused(errno.ENOSYS), _refused(errno.EPERM)]
    return assembled(steps)


def _allowed(number: int) -> list[Instruction]:
    return [Instruction(_EQUAL, number, no=1), Instruction(_RETURN, _ALLOW)]


def _guarded(number: int, place: int, values: Sequence[int] | None) -> list[Instruction]:
    low = _ARGUMENTS + 8 * place
    if values is None:  # both halves of the pointer are null
        body = [Instruction(_LOAD, low), Instruction(_EQUAL, 0, no=3), Instruction(_LOAD, low + 4)]
        body += [Instruction(_EQUAL, 0, no=1), Instruction(_RETURN, _ALLOW)]
    else:  # the kernel reads these arguments as 32 bits too
        body = [Instruction(_LOAD, low)]
        for left, value in zip(range(len(values), 0, -1), values, strict=True):
            body.append(Instruction(_EQUAL, value, yes=left))
        body += [_refused(errno.EPERM), Instruction(_RETURN, _ALLOW)]
        return [Instruction(_EQUAL, number, no=len(body)), *body]
    return [Instruction(_EQUAL, number, no=len(body) + 1), *body, _refused(errno.EPERM)]


def _refused(number: int) -> Instruction:
    return Instruction(_RETURN, _REFUSE | number)


def assembled(steps: Sequence[Instruction]) -> bytes:
    """Return steps as the kernel reads them: an array of struct sock_filter.

    >>> assembled([Instruction(_RETURN, _ALLOW)]).hex()
    '060000000000ff7f'
    """
    return b"".join(struct.pack("=HBBI", step.code, step.yes, step.no, step.value) for step in steps)
