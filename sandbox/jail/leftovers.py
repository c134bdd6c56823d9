"""Putting away what a process of the jail has left in its slot, whatever it made of it.

An exercise's fixed code may make directories, deeper than a recursion goes and longer than a path may be,
and more of them than can be removed while others wait. So nothing here recurses, what lies deep is moved up
first, and what is much is removed in portions.
"""

import contextlib
import os
import uuid
from collections import deque
from itertools import islice
from pathlib import Path

_PORTION = 3000  # entries, some 30 ms: more than an honest project can have
_AT_ONCE = 200

# Of this process: there is one zygote in it.
_rest: deque[Path] = deque()


def put_away(slot: Path) -> bool:
    """Removes the slot and all that is in it.

    False where there is more than an honest project leaves: `go_on` does the rest.
    """
    finished = remove(slot, _PORTION)
    if not finished:
        _rest.append(slot)
    return finished


def are_left() -> bool:
    """Whether there is something for `go_on` to do."""
    return bool(_rest)


def go_on() -> None:
    """Removes the next portion of what `put_away` has left."""
    if _rest and remove(_rest[0], _PORTION):
        _rest.popleft()


def remove(directory: Path, most: int) -> bool:
    """Removes up to so many entries; False where there are more. What can't be removed stays."""
    try:
        top = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        finished = _empty(top, most)
    except OSError:
        # To look into it takes one more descriptor, and there is none.
        return True
    finally:
        os.close(top)
    if finished:
        with contextlib.suppress(OSError):
            directory.rmdir()
    return finished


def _empty(top: int, most: int) -> bool:
    stubborn: set[str] = set()
    while True:
        found = _some_of(top, stubborn)
        if not found:
            return True
        for name, is_directory in found:
            if most <= 0:
                return False
            try:
                most -= _remove_directory(top, name, most) if is_directory else _unlink(top, name)
            except OSError:
                stubborn.add(name)


def _some_of(directory: int, without: set[str]) -> list[tuple[str, bool]]:
    with os.scandir(directory) as entries:
        wanted = (entry for entry in entries if entry.name not in without)
        return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in islice(wanted, _AT_ONCE)]


def _unlink(directory: int, name: str) -> int:
    os.unlink(name, dir_fd=directory)
    return 1


def _remove_directory(top: int, name: str, most: int) -> int:
    """Gives how many entries that took. Those directories that are in it are moved up beside it."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        inside = os.open(name, flags, dir_fd=top)
    except PermissionError:
        # Whoever is not root can't enter a directory of their own that nobody may enter, but can change it.
        os.chmod(name, 0o700, dir_fd=top)
        inside = os.open(name, flags, dir_fd=top)
    taken = 1
    try:
        while taken < most:
            found = _some_of(inside, set())
            for entry, is_directory in found:
                if is_directory:
                    _move_up(inside, entry, top)
                else:
                    os.unlink(entry, dir_fd=inside)
            taken += len(found)
            if not found:
                os.rmdir(name, dir_fd=top)
                break
    finally:
        os.close(inside)
    return taken


def _move_up(directory: int, name: str, top: int) -> None:
    here = uuid.uuid4().hex
    try:
        os.rename(name, here, src_dir_fd=directory, dst_dir_fd=top)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=directory)
        os.rename(name, here, src_dir_fd=directory, dst_dir_fd=top)
