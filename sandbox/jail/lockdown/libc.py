"""System calls for which Python has no function. Each raises OSError, with the call's name, when it fails."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.restype = ctypes.c_int
_libc.madvise.restype = ctypes.c_int

_CLOSE_RANGE = 436  # the same on every machine; Linux 5.9

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


def syscall(name: str, number: int, *arguments: object) -> int:
    """Integers must come wrapped in the ctypes type that the kernel expects."""
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def close_from(first: int) -> None:
    """Closes this descriptor and all above it."""
    syscall("close_range", _CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), ctypes.c_uint(0))


def prctl(name: str, option: int, value: int) -> None:
    zero = ctypes.c_ulong(0)
    if _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl {name}: {os.strerror(error)}")


def madvise(address: int, size: int, advice: int) -> None:
    if _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(size), ctypes.c_int(advice)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"madvise: {os.strerror(error)}")


def mallopt(option: int, value: int) -> bool:
    """False where the C library has no such knob (musl)."""
    function = getattr(_libc, "mallopt", None)
    return bool(function and function(ctypes.c_int(option), ctypes.c_int(value)))


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    arguments = [value.encode() if value is not None else None for value in (source, target, kind)]
    options = data.encode() if data is not None else None
    if _libc.mount(*arguments, ctypes.c_ulong(flags), options) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount {target}: {os.strerror(error)}")


def unshare(flags: int) -> None:
    if _libc.unshare(ctypes.c_int(flags)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"unshare: {os.strerror(error)}")
