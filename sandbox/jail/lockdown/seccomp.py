"""The filter of system calls: a list of what is allowed, and everything else is refused with EPERM.

Two filters, stacked. The first lets the harness write the project's files and lock itself further; the
second, in force before the learner's code is read, takes that away too. The kernel obeys the stricter of the
two.
"""

import ctypes
import errno
import signal
import socket

from sandbox.jail.lockdown import bpf, libc
from sandbox.jail.lockdown.syscalls import machine_table

_SET_MODE_FILTER = 1
_ALL_THREADS = 1  # SECCOMP_FILTER_FLAG_TSYNC

_EPERM = bpf.errno_action(errno.EPERM)
_ENOSYS = bpf.errno_action(errno.ENOSYS)

# glibc's pthread_create asks for exactly this; anything else is a process, or a namespace.
_THREAD_FLAGS = 0x3D0F00
# musl's. The last bit has meant nothing since 2.6.
_THREAD_FLAGS_OF_MUSL = _THREAD_FLAGS | 0x400000
# A process whose parent is the caller's own parent, to whom its end is told.
SIBLING_FLAGS = 0x8000 | signal.SIGCHLD
_X32_BIT = 0x40000000
_OPEN_TRUNCATE = 0o1000
# A file without a name: nobody could see who has it.
_OPEN_UNNAMED = 0o20000000
_CLOCKS = ["clock_gettime", "clock_getres", "clock_nanosleep"]
# The processor time of each process of the machine is a clock, with a negative number; a device's is another.
_OF_SOMEBODY = 0x80000000

# What an honest project needs once its files are there. There is nothing in it that makes, changes or
# removes a file (open is Landlock's business), starts a process, sends a signal, or makes a socket with a
# far end elsewhere.
ALLOWED = [
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "lseek",
    "fstat",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents",
    "getdents64",
    "fadvise64",
    "chdir",
    "fchdir",
    "getcwd",
    "umask",
    "statfs",
    "fstatfs",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "brk",
    "mincore",
    "membarrier",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "alarm",
    "setitimer",
    "getitimer",
    "restart_syscall",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "exit",
    "exit_group",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "set_tid_address",
    "arch_prctl",
    "gettid",
    "getpid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getgroups",
    "getpgrp",
    "getpgid",
    "getsid",
    "getresuid",
    "getresgid",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getcpu",
    "getpriority",
    "getrusage",
    "getrlimit",
    "sysinfo",
    "uname",
    "getrandom",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd",
    "eventfd2",
    "pipe",
    "pipe2",
    "recvfrom",
    "sendto",
    "shutdown",
    "getsockname",
    "getpeername",
]

# Only until the project's files are written, but for a template: it keeps them as long as it lives, and an
# exercise's own code runs in it.
ALLOWED_AT_FIRST = [
    "mkdir",
    "mkdirat",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
]

# What a grading tool needs beyond that: their run-time systems keep time by it.
ALLOWED_FOR_TOOLS = ["timerfd_create", "timerfd_settime", "timerfd_gettime"]

# Only at first too. Such messages can carry descriptors: one brings a child its line, one takes away a tool's
# outputs. A project has no use for them, and what is under way in them counts for all processes of a user:
# a template, whose children become no tools, only hears them.
_HEARS_DESCRIPTORS, _TELLS_DESCRIPTORS = "recvmsg", "sendmsg"

PROGRAM_DESCRIPTOR = 9  # the one from which `execveat` may start a program
_AT_EMPTY_PATH = 0x1000

_TERMINAL_AND_FLAGS = [0x5401, 0x5450, 0x5451, 0x5421]  # TCGETS FIONCLEX FIOCLEX FIONBIO
_DESCRIPTOR_AND_FLAGS = [0, 1, 2, 3, 4, 1030]  # F_DUPFD GETFD SETFD GETFL SETFL F_DUPFD_CLOEXEC
_PR_SET_NAME, _PR_SET_VMA = 15, 0x53564D41
# A thread with a table of descriptors of its own has a limit of its own: sixty-four times as many for all.
_CLOSE_RANGE_UNSHARE = 2
# Of a pipe that tells of keys and devices: nobody uses it, and it was a way into the kernel.
_O_NOTIFICATION_PIPE = 0o200
# Pages that the host has put aside, for a database say. No limit of ours counts them.
_MAP_HUGETLB = 0x40000
# SO_TYPE SO_ERROR SO_SNDBUF SO_RCVBUF SO_ACCEPTCONN SO_PROTOCOL SO_DOMAIN: what a socket is. Who is at its
# far end could be asked for too, and a descriptor of that process: it is the platform's.
_OF_A_SOCKET = [3, 4, 7, 8, 30, 38, 39]
# Out-of-band bytes on unix sockets: nobody uses them, and they were a way into the kernel.
_MSG_OOB = 1
# Waiting and waking, private or not, by either clock. What passes priorities on was a way in as well.
_FUTEX_WAITS_AND_WAKES, _FUTEX_FLAGS = [0, 1, 3, 4, 5, 9, 10], 128 | 256
# Pages that are merged with others of the machine tell by their timing what is in those. Two want privilege.
_MADV_MERGEABLE, _MADV_HWPOISON, _MADV_SOFT_OFFLINE = 12, 100, 101


def _socketpair() -> bpf.Program:
    # Stream only: a datagram socket, even one of a pair, can send to any address that it is given.
    program = bpf.Program()
    program.load(bpf.argument(0))
    program.jump("==", socket.AF_UNIX, then=1)
    program.give(_EPERM)
    flags = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    program.code.extend(bpf.allow_values(1, [socket.SOCK_STREAM], _EPERM, ignore=flags).code)
    return program


def _conditional(landlock_abi: int) -> dict[str, bpf.Program]:
    # Before its ABI 3 Landlock let a file that may only be read be truncated.
    opening = _OPEN_UNNAMED | (0 if landlock_abi >= 3 else _OPEN_TRUNCATE)
    return {
        **_opening(opening),
        **{name: bpf.refuse_bits(0, _OF_SOMEBODY, _EPERM) for name in _CLOCKS},
        "clone": bpf.allow_values(0, [_THREAD_FLAGS], _EPERM),
        "prlimit64": bpf.allow_if_zero([0, 2], _EPERM),
        "prctl": bpf.allow_values(0, [_PR_SET_NAME, _PR_SET_VMA], _EPERM),
        "close_range": bpf.refuse_bits(2, _CLOSE_RANGE_UNSHARE, _EPERM),
        "pipe2": bpf.refuse_bits(1, _O_NOTIFICATION_PIPE, _EPERM),
        "mmap": bpf.refuse_bits(3, _MAP_HUGETLB, _EPERM),
        "socketpair": _socketpair(),
        "ioctl": bpf.allow_values(1, _TERMINAL_AND_FLAGS, _EPERM),
        "fcntl": bpf.allow_values(1, _DESCRIPTOR_AND_FLAGS, _EPERM),
        "getsockopt": bpf.allow_values(2, _OF_A_SOCKET, _EPERM),
        **{name: bpf.refuse_bits(3, _MSG_OOB, _EPERM) for name in ("sendto", "recvfrom")},
        "futex": bpf.allow_values(1, _FUTEX_WAITS_AND_WAKES, _ENOSYS, ignore=_FUTEX_FLAGS),
        "madvise": bpf.refuse_values(2, [_MADV_MERGEABLE, _MADV_HWPOISON, _MADV_SOFT_OFFLINE], _EPERM),
    }


def _locking_in() -> dict[str, bpf.Program]:
    """What a child does to itself before it is sealed, with the very arguments that it does it with.

    Limits are lowered when a child that waited gets work: its own. By number, those of all processes of the
    user could be set, the zygote's too, where children have no user of their own.
    """
    prctl = bpf.Program()
    prctl.load(bpf.argument(0))
    for option, value in (
        (libc.PR_SET_PDEATHSIG, signal.SIGKILL),
        (libc.PR_SET_NO_NEW_PRIVS, 1),
        (libc.PR_SET_DUMPABLE, 0),
    ):
        exactly = bpf.allow_exactly({1: value}, _EPERM)
        prctl.jump("==", option, otherwise=len(exactly.code))
        prctl.code.extend(exactly.code)
    prctl.code.extend(bpf.allow_values(0, [_PR_SET_NAME, _PR_SET_VMA], _EPERM).code)
    return {
        "prlimit64": bpf.allow_if_zero([0], _EPERM),
        "prctl": prctl,
        "seccomp": bpf.allow_exactly({0: _SET_MODE_FILTER, 1: _ALL_THREADS}, _EPERM),
    }


def _opening(refused: int) -> dict[str, bpf.Program]:
    return {
        "openat": bpf.refuse_bits(2, refused, _EPERM),
        "open": bpf.refuse_bits(1, refused, _EPERM),
    }


def build(
    landlock_abi: int,
    *,
    first: bool,
    forks: bool = False,
    machine: tuple[int, dict[str, int]] | None = None,
) -> bytes:
    """The program as the kernel takes it. With `forks`, a template's: it may make siblings of itself.

    `machine` is what `machine_table()` gives, for tests of another machine.
    """
    rules = {name: bpf.allow() for name in ALLOWED} | _conditional(landlock_abi)
    if first:
        rules |= _opening(_OPEN_UNNAMED) | _locking_in()
        rules |= {name: bpf.allow() for name in ALLOWED_AT_FIRST}
        rules[_HEARS_DESCRIPTORS] = bpf.refuse_bits(2, _MSG_OOB, _EPERM)
    if first and not forks:
        # Filters stack: what a tool may do later has to be allowed already.
        rules |= _for_tools()
        rules[_TELLS_DESCRIPTORS] = bpf.refuse_bits(2, _MSG_OOB, _EPERM)
    if forks:
        rules["clone"] = bpf.allow_values(0, [_THREAD_FLAGS, _THREAD_FLAGS_OF_MUSL, SIBLING_FLAGS], _EPERM)
    return _assemble(rules, machine)


def build_for_tool(
    landlock_abi: int,
    pretended: dict[str, int],
    *,
    machine: tuple[int, dict[str, int]] | None = None,
) -> bytes:
    """The filter under which a grading tool runs.

    Of the calls in `pretended` the kernel does nothing and answers with that errno; 0 is "done".
    """
    rules = {name: bpf.allow() for name in ALLOWED} | _conditional(landlock_abi) | _for_tools()
    rules |= {name: bpf.answer(bpf.errno_action(number)) for name, number in pretended.items()}
    return _assemble(rules, machine)


def _for_tools() -> dict[str, bpf.Program]:
    return {name: bpf.allow() for name in ALLOWED_FOR_TOOLS} | {
        "clone": bpf.allow_values(0, [_THREAD_FLAGS, _THREAD_FLAGS_OF_MUSL], _EPERM),
        "execveat": bpf.allow_exactly({0: PROGRAM_DESCRIPTOR, 4: _AT_EMPTY_PATH}, _EPERM),
    }


def _assemble(rules: dict[str, bpf.Program], machine: tuple[int, dict[str, int]] | None) -> bytes:
    arch, numbers = machine or machine_table()
    program = bpf.Program()
    program.load(bpf.ARCH)
    program.jump("==", arch, then=1)
    program.give(bpf.KILL_PROCESS)
    program.load(bpf.NUMBER)
    program.jump(">=", _X32_BIT, otherwise=1)
    program.give(bpf.KILL_PROCESS)
    for name, body in rules.items():
        if name in numbers:
            program.when_number(numbers[name], body)
    # glibc asks clone3 first, and falls back to clone, whose flags a filter can read, when there is none.
    clone3 = bpf.Program()
    clone3.give(_ENOSYS)
    program.when_number(numbers["clone3"], clone3)
    program.give(_EPERM)
    return program.assemble()


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def install(program: bytes) -> None:
    """Puts every thread of this process under the filter. Needs no_new_privs. Raises OSError."""
    instructions = ctypes.create_string_buffer(program, len(program))
    head = _FilterProgram(len(program) // 8, ctypes.cast(instructions, ctypes.c_void_p))
    number = machine_table()[1]["seccomp"]
    arguments = (ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(_ALL_THREADS), ctypes.byref(head))
    thread = libc.syscall("seccomp", number, *arguments)
    if thread:
        raise OSError(errno.EPERM, f"seccomp: thread {thread} stayed outside")
