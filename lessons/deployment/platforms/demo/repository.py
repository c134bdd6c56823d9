"""The commits of the app that is deployed: real files below app/, of which a commit changes some."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

APP = Path(__file__).parent / "app"
Files = dict[str, bytes]


@dataclass(frozen=True)
class Commit:
    name: str
    title: str
    parents: tuple[str, ...] = ()


COMMITS = {
    commit.name: commit
    for commit in (
        Commit("1f3a9c2", "A board for lost socks"),
        Commit("7be20d4", "Socks have a colour"),
        Commit("e41d77a", "A new look", ("7be20d4",)),
        Commit("c09e551", "No sock twice", ("7be20d4",)),
    )
}


@cache
def _files_below(folder: Path) -> Files:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def files_of(name: str) -> Files:
    """The whole tree of a commit."""
    files = dict(_files_below(APP / "base"))
    for each in (*COMMITS[name].parents, name):
        files |= _files_below(APP / "commits" / each)
    return files
