"""How big a layer gets, as far as that can be known without building it, and from what it is known."""

import shlex
from importlib import metadata
from pathlib import PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement

# Uncompressed, rounded, of linux/amd64, as these images are published: an engine would tell the exact number.
BASES = {"slim": 125, "alpine": 50, "": 1_020}  # MB of python:3.x-slim, -alpine, and python:3.x


def base_of(image: str) -> tuple[int | None, str]:
    """Bytes of a base image, roughly; None for one that is not known here."""
    name, _, tag = image.partition(":")
    if name != "python":
        return None, "unknown here: an engine would ask the registry"
    kind = next((kind for kind in ("slim", "alpine") if kind in tag), "")
    return BASES[kind] * 1_000_000, "about, as published"


def packages_of(command: str, files: dict[str, str]) -> tuple[int | None, str]:
    """What `pip install` puts into a layer: files of those packages in the server's own environment."""
    wanted = _wanted(command, files)
    if wanted is None:
        return None, "only running it would tell"
    names, unknown = _with_needed(wanted)
    size = sum(_measured(name) for name in names)
    told = f"measured: {', '.join(sorted(names)) or 'nothing'}, as installed on this server"
    return size, told + (f"; not known: {', '.join(sorted(unknown))}" if unknown else "")


def is_install(command: str) -> bool:
    return _wanted(command, {}) is not None


def _wanted(command: str, files: dict[str, str]) -> list[str] | None:
    """Requirements of a `pip install`, from the line and from the files that it names; None without one."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    places = [
        number
        for number, word in enumerate(words[:-1])
        if PurePosixPath(word).name in ("pip", "pip3") and words[number + 1] == "install"
    ]
    if not places:
        return None
    found, rest = [], iter(words[places[0] + 2 :])
    for word in rest:
        if word in ("&&", ";", "||", "|"):
            break
        if word in ("-r", "--requirement"):
            name = PurePosixPath(next(rest, "")).name
            found += [
                line for path, text in files.items() if path.endswith(name) for line in text.splitlines()
            ]
        elif not word.startswith("-"):
            found.append(word)
    return found


def _with_needed(wanted: list[str]) -> tuple[set[str], set[str]]:
    names: set[str] = set()
    unknown: set[str] = set()
    queue = list(wanted)
    while queue:
        try:
            requirement = Requirement(queue.pop().split("#")[0].split("--hash")[0].strip(" \\"))
        except InvalidRequirement:
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = requirement.name.lower()
        if name in names | unknown:
            continue
        try:
            queue += metadata.distribution(name).requires or []
            names.add(name)
        except metadata.PackageNotFoundError:
            unknown.add(name)
    return names, unknown


def _measured(name: str) -> int:
    files = metadata.distribution(name).files or []
    return sum(file.size or 0 for file in files)
