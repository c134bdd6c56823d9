"""A program that a child may become: the file itself, what loads it, and its shared libraries."""

import os
import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

_ELF_64_LITTLE = b"\x7fELF\x02\x01"
_HEADER = struct.Struct("<16x HHI QQQ I HHHHHH")
_SEGMENT = struct.Struct("<II QQQQQQ")
_PT_INTERP = 3
_MAX_SEGMENTS = 64
_LISTED = re.compile(r"(?:=>\s+)?(/\S+)\s+\(0x[0-9a-f]+\)$", re.MULTILINE)
_PATIENCE = 10  # seconds for the loader to list libraries


class NotAProgram(Exception):
    """The file can't be run as a tool; one line says why."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """`loader` is None, and `libraries` is empty, where the program is linked statically."""

    binary: Path
    loader: Path | None = None
    libraries: tuple[Path, ...] = ()

    @property
    def runs(self) -> tuple[Path, ...]:
        """What the kernel itself has to execute."""
        return (self.binary, self.loader) if self.loader else (self.binary,)


def inspect(path: Path) -> Program:
    """Follows links. Asks the loader, which is the system's own, for the libraries. Raises NotAProgram."""
    try:
        binary = path.resolve(strict=True)
        named = _loader(binary)
        if named is None:
            return Program(binary=binary)
        loader = Path(named).resolve(strict=True)
        libraries = _libraries(loader, binary)
    except (OSError, struct.error, subprocess.SubprocessError) as error:
        raise NotAProgram(f"{path.name} can't be run: {error}") from error
    return Program(binary=binary, loader=loader, libraries=libraries)


def _loader(binary: Path) -> str | None:
    with binary.open("rb") as file:
        head = file.read(_HEADER.size)
        if not head.startswith(_ELF_64_LITTLE):
            raise NotAProgram(f"{binary.name} is no program of this machine (a script, perhaps)")
        *_, offset, _, _, _, size, count, _, _, _ = _HEADER.unpack(head)
        for number in range(min(count, _MAX_SEGMENTS)):
            file.seek(offset + number * size)
            kind, _, start, _, _, length, _, _ = _SEGMENT.unpack(file.read(_SEGMENT.size))
            if kind == _PT_INTERP:
                file.seek(start)
                return os.fsdecode(file.read(length).rstrip(b"\0"))
    return None


def _libraries(loader: Path, binary: Path) -> tuple[Path, ...]:
    command = [str(loader), "--list", str(binary)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True, env={})
    found = (Path(name) for name in _LISTED.findall(done.stdout))
    return tuple(
        dict.fromkeys(path.resolve() for path in found if path.exists() and path.resolve() != loader)
    )
