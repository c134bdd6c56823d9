"""fork() with the caller's parent as the new process's parent: the zygote, which buries all children."""

import ctypes

from sandbox.jail.lockdown.seccomp import SIBLING_FLAGS
from sandbox.jail.lockdown.syscalls import machine_table

# With the interpreter's lock held, as os.fork() does it.
_held = ctypes.PyDLL(None, use_errno=True)
_held.syscall.restype = ctypes.c_long


def fork_sibling() -> int:
    """0 in the new process, its id here. The process must have a single thread. Raises OSError.

    The C library is not told: what it does for locks that other threads may hold does not happen.
    """
    number = ctypes.c_long(machine_table()[1]["clone"])
    zero = ctypes.c_ulong(0)
    api = ctypes.pythonapi
    api.PyOS_BeforeFork()
    pid: int = _held.syscall(number, ctypes.c_ulong(SIBLING_FLAGS), zero, zero, zero, zero)
    if pid == 0:
        api.PyOS_AfterFork_Child()
        return 0
    api.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(ctypes.get_errno(), "clone")
    return pid
