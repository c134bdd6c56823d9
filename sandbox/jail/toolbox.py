"""The grading tools of other makers: what each is called with, and what it says.

A tool is exactly one binary with fixed arguments, run on a tree of text files. Nobody who asks for one can
add an argument, and none of them can be told by the tree to leave something out: what a file of the tree
could switch off (a configuration, a comment) is switched on again by the arguments or by `fixed` files.
"""

import errno
import json
import re
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.jail.lockdown.programs import NotAProgram, Program, inspect

_MIME_TYPES = """types {
    text/html html htm;
    text/css css;
    text/plain txt;
    application/javascript js mjs;
    application/json json;
    image/svg+xml svg svgz;
    image/png png;
    image/jpeg jpg jpeg;
    image/webp webp;
    font/woff2 woff2;
}
"""
_PROXY_PARAMS = """proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
"""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """`what` is the file or directory that it begins with, `sample` a tree in which it finds nothing wrong.

    `arguments` are all that it gets; `{root}` in them is where the tree's root is. `defaults` are files that
    the tree has if it does not bring them, `fixed` are files that it has whatever it brings. Of the system
    calls in `pretended` nothing happens, and the tool hears that errno (0: done).
    `stamp` is what its lines begin with and nobody needs, and becomes `instead`.
    """

    name: str
    what: str
    sample: Mapping[str, str]
    arguments: tuple[str, ...]
    places: tuple[Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    pretended: Mapping[str, int] = field(default_factory=dict)
    stamp: "re.Pattern[str] | None" = None
    instead: str = ""

    def find(self) -> Program | None:
        """None where it is not installed. Raises NotAProgram where what is there can't be run."""
        for place in self.places:
            if place.exists():
                return inspect(place)
        return None

    def tree(self, given: Mapping[str, str]) -> dict[str, str]:
        """All files that it gets. Of two that can't both be in one tree (`a` and `a/b`), what is fixed stays.

        What was given stays before the defaults. Whoever gives such a tree hears of it from the tool.
        """
        files: dict[str, str] = {}
        directories: set[str] = set()
        for layer in (self.fixed, given, self.defaults):
            for path, text in layer.items():
                above = {str(parent) for parent in PurePosixPath(path).parents}
                if path not in files and path not in directories and not above & files.keys():
                    files[path] = text
                    directories |= above
        return files

    def tidy(self, text: str, root: str) -> str:
        """What it said, with paths as they are in the tree."""
        told = text.replace(root, "") if root else text
        return self.stamp.sub(self.instead, told) if self.stamp else told


@dataclass(frozen=True, kw_only=True)
class ToolResult:
    """`exit` is the status, minus the signal's number where one ended it, None where the jail did.

    `cut` means that it said more than is kept, and was ended for it. `seconds` is what it took.
    """

    exit: int | None
    stdout: str
    stderr: str
    timed_out: bool = False
    cut: bool = False
    seconds: float = 0.0

    def json(self) -> Any:
        """What a tool that reports in JSON said. Raises ValueError."""
        return json.loads(self.stdout)


def _beside_python(name: str) -> tuple[Path, ...]:
    directories = (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent)
    return tuple(dict.fromkeys(directory / name for directory in directories))


def installed() -> dict[str, Program]:
    """What of the toolbox this host has and can run."""
    found = {}
    for tool in TOOLS.values():
        try:
            program = tool.find()
        except NotAProgram:
            continue
        if program is not None:
            found[tool.name] = program
    return found


_HADOLINT = Tool(
    name="hadolint",
    what="Dockerfile",
    sample={"Dockerfile": "FROM scratch\n"},
    arguments=(
        "--no-color",
        "--disable-ignore-pragma",
        "--format=json",
        "--config=.hadolint.yaml",
        "Dockerfile",
    ),
    places=_beside_python("hadolint"),
    fixed={".hadolint.yaml": "ignored: []\n"},
)

_ZIZMOR = Tool(
    name="zizmor",
    what=".github/workflows/",
    sample={".github/workflows/nothing.yml": "on: workflow_dispatch\npermissions: {}\njobs: {}\n"},
    arguments=(
        "--offline",
        "--no-config",
        "--no-ignores",
        "--no-progress",
        "--color=never",
        "--collect=all",
        "--format=json",
        ".",
    ),
    places=_beside_python("zizmor"),
    # A thread for each processor would make memory depend on the machine.
    environment={"RAYON_NUM_THREADS": "2", "TOKIO_WORKER_THREADS": "2"},
)

_NGINX = Tool(
    name="nginx",
    what="etc/nginx/nginx.conf",
    sample={"etc/nginx/nginx.conf": "events {}\nhttp {}\n"},
    arguments=("-t", "-p", "{root}/", "-c", "{root}/etc/nginx/nginx.conf", "-e", "stderr"),
    places=(Path("/usr/sbin/nginx"),),
    environment={"OPENSSL_CONF": "/dev/null"},
    defaults={"etc/nginx/mime.types": _MIME_TYPES, "etc/nginx/proxy_params": _PROXY_PARAMS},
    # Testing its configuration it opens the sockets, and makes its own directories: here it only believes so.
    pretended={
        **dict.fromkeys(("socket", "bind", "listen", "setsockopt", "ioctl"), 0),
        **dict.fromkeys(("chmod", "fchmodat", "unlink", "unlinkat"), 0),
        **dict.fromkeys(("mkdir", "mkdirat"), errno.EEXIST),
    },
    stamp=re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[\w+\]) \d+#\d+: ", re.MULTILINE),
    instead=r"nginx: \1 ",
)


def _ruff(name: str, *arguments: str) -> Tool:
    """Of one binary, two tools: what it is to do is an argument."""
    return Tool(
        name=name,
        what="a project's Python files",
        sample={"nothing.py": "nothing = 0\n"},
        arguments=(*arguments, "--no-cache", "--color=never", "."),
        places=_beside_python("ruff"),
        environment={"RAYON_NUM_THREADS": "2"},
    )


_RUFF_CHECK = _ruff("ruff-check", "check", "--no-fix", "--output-format=concise")
_RUFF_FORMAT = _ruff("ruff-format", "format", "--diff")

TOOLS: dict[str, Tool] = {tool.name: tool for tool in (_HADOLINT, _ZIZMOR, _NGINX, _RUFF_CHECK, _RUFF_FORMAT)}
