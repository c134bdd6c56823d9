"""Who fills the filesystem that all slots share: an exercise's fixed code could, with many small files.

How full it is, is one system call, and looked at often. Only when that has grown is anybody's slot looked
into, and no further than what an honest one may have in it.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sandbox.jail.limits import MEGABYTE
from sandbox.jail.project import MAX_DEPTH, MAX_FILES

_STEP_BYTES, _STEP_FILES = 4 * MEGABYTE, 1000
# What the files of one project take: pages are whole, and each file may have directories of its own.
_PROJECT_BYTES, _PROJECT_ENTRIES = 2 * MEGABYTE, MAX_FILES * MAX_DEPTH
_DEEPEST = MAX_DEPTH + 4


class Space:
    """Of the filesystem on which the directory is."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._usual = (0, 0)

    def is_filling(self) -> bool:
        """Whether a closer look is due: there is much more on it than there was at the last one."""
        told = os.statvfs(self._directory)
        taken = ((told.f_blocks - told.f_bfree) * told.f_frsize, told.f_files - told.f_ffree)
        grown = taken[0] - self._usual[0] > _STEP_BYTES or taken[1] - self._usual[1] > _STEP_FILES
        self._usual = taken if grown else (min(taken[0], self._usual[0]), min(taken[1], self._usual[1]))
        return grown


def holds_more_than(directory: Path, projects: int) -> bool:
    """Whether more is in the directory than so many projects can have in theirs.

    Also where it can't be looked at: no harness makes such a thing.
    """
    size = entries = 0
    try:
        for status in _all_below(directory):
            # A directory takes some KB of a disk, and nothing of memory: they are counted as entries.
            size += 0 if stat.S_ISDIR(status.st_mode) else status.st_blocks * 512
            entries += 1
            if size > projects * _PROJECT_BYTES or entries > projects * _PROJECT_ENTRIES:
                return True
    except OSError:
        return True
    return False


def _all_below(directory: Path) -> Iterator[os.stat_result]:
    left = [(str(directory), 0)]
    while left:
        path, depth = left.pop()
        if depth > _DEEPEST:
            raise OSError("deeper than a project")
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    # Work ends at any moment, and takes its files along.
                    try:
                        yield entry.stat(follow_symlinks=False)
                        if entry.is_dir(follow_symlinks=False):
                            left.append((entry.path, depth + 1))
                    except FileNotFoundError:
                        continue
        except FileNotFoundError:
            continue
