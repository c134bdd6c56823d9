"""A workflow's text as data, with the line of everything in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_TEXT = 64_000
MAX_NODES = 5_000

Path = tuple[str | int, ...]


class ActionsLoader(yaml.SafeLoader):
    """YAML 1.2's booleans and numbers. By YAML 1.1, PyYAML's own, the key `on` would be True."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def _plain(tag: str, pattern: str, first: str) -> None:
    full = re.compile(f"^(?:{pattern})$")
    ActionsLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", full, [*first])


_plain("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_plain("int", "[-+]?[0-9]+", "-+0123456789")
_plain("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789")
_plain("null", "~|null|Null|NULL", "~nN")
ActionsLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
ActionsLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
ActionsLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


@dataclass(frozen=True)
class Problem:
    line: int
    text: str
    where: str = ""


@dataclass
class Document:
    """`lines` says where each key and each item of a list begins."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    document = Document()
    if len(text) > MAX_TEXT:
        document.problems.append(Problem(1, f"The file is longer than {MAX_TEXT:,} characters."))
        return document
    loader = ActionsLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            document.problems.append(Problem(1, "The file is empty."))
            return document
        for number, (path, line, clash) in enumerate(_walk(root, ())):
            if number > MAX_NODES:
                document.problems.append(Problem(line, "There is too much in this file."))
                return document
            document.lines.setdefault(path, line)
            if clash:
                document.problems.append(Problem(line, f"'{path[-1]}' is already defined.", dotted(path)))
        document.data = loader.construct_document(root)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or str(error)
        document.problems.append(Problem(mark.line + 1 if mark else 1, f"Not YAML: {told}."))
    finally:
        loader.dispose()
    return document


def dotted(path: Path) -> str:
    """`jobs.test.steps[2].run`"""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int, bool]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = getattr(key, "value", "?")
            name = name if isinstance(name, str) else "?"
            here = (*path, name)
            yield here, key.start_mark.line + 1, name in seen
            seen.add(name)
            yield from _walk(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            here = (*path, number)
            yield here, value.start_mark.line + 1, False
            yield from _walk(value, here)
