"""The system calls that a caged script may make, by number for each kind of processor: all others are refused.

The numbers are those of asm/unistd.h. What is missing is missing on purpose: no process or thread can be started, no
socket opened, nobody signalled, traced or looked into, nothing mounted, no key, no eBPF, no ring, no file changed.
"""

from __future__ import annotations

from collections.abc import Mapping

X86_64: Mapping[str, int] = {
    # files that are open, and opening (Landlock says which)
    "read": 0, "write": 1, "readv": 19, "writev": 20, "pread64": 17, "close": 3, "lseek": 8, "fstat": 5, "stat": 4,
    "lstat": 6, "newfstatat": 262, "statx": 332, "open": 2, "openat": 257, "access": 21, "faccessat": 269,
    "getdents64": 217, "getcwd": 79, "dup": 32, "dup2": 33, "dup3": 292,
    # memory
    "mmap": 9, "munmap": 11, "mprotect": 10, "mremap": 25, "madvise": 28, "brk": 12,
    # its own signals, waiting, time
    "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sigaltstack": 131, "restart_syscall": 219,
    "poll": 7, "ppoll": 271, "select": 23, "pselect6": 270, "nanosleep": 35, "clock_nanosleep": 230,
    "clock_gettime": 228, "clock_getres": 229, "gettimeofday": 96, "time": 201, "times": 100, "futex": 202,
    "sched_yield": 24,
    # what it may know about itself and the machine
    "getrusage": 98, "getrlimit": 97, "sched_getaffinity": 204, "getcpu": 309, "getrandom": 318, "uname": 63,
    "sysinfo": 99, "getpid": 39, "gettid": 186, "getppid": 110, "getuid": 102, "geteuid": 107, "getgid": 104,
    "getegid": 108, "getresuid": 118, "getresgid": 120, "getgroups": 115,
    # the end
    "exit": 60, "exit_group": 231,
    # some uses alone: see GUARDED
    "ioctl": 16, "fcntl": 72, "prlimit64": 302,
}  # fmt: skip

AARCH64: Mapping[str, int] = {
    "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "close": 57, "lseek": 62, "fstat": 80,
    "newfstatat": 79, "statx": 291, "openat": 56, "faccessat": 48, "getdents64": 61, "getcwd": 17,
    "dup": 23, "dup3": 24,
    "mmap": 222, "munmap": 215, "mprotect": 226, "mremap": 216, "madvise": 233, "brk": 214,
    "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "sigaltstack": 132, "restart_syscall": 128,
    "ppoll": 73, "pselect6": 72, "nanosleep": 101, "clock_nanosleep": 115, "clock_gettime": 113, "clock_getres": 114,
    "gettimeofday": 169, "times": 153, "futex": 98, "sched_yield": 124,
    "getrusage": 165, "getrlimit": 163, "sched_getaffinity": 123, "getcpu": 168, "getrandom": 278, "uname": 160,
    "sysinfo": 179, "getpid": 172, "gettid": 178, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176,
    "getegid": 177, "getresuid": 148, "getresgid": 150, "getgroups": 158,
    "exit": 93, "exit_group": 94,
    "ioctl": 29, "fcntl": 25, "prlimit64": 261,
}  # fmt: skip

# Of these calls only some uses: the argument's place, and the values that it may have (None: a null pointer).
GUARDED: Mapping[str, tuple[int, tuple[int, ...] | None]] = {
    "ioctl": (1, (0x5401, 0x5450, 0x5451, 0x5421)),  # is it a terminal; close on exec, or not; wait, or not
    "fcntl": (1, (0, 1, 2, 3, 4, 1030)),  # duplicates and flags: an owner would be somebody to send signals to
    "prlimit64": (2, None),  # ask for limits; none is changed
}

# From here on calls are newer than the table: "there is none" lets a C library take the older way. clone3 is one.
FIRST_NEW = 424
