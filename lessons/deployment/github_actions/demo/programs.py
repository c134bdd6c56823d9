"""Which commands this page runs, and with which arguments. Nothing else is run, and it is said by name."""

from collections.abc import Sequence
from dataclasses import dataclass

_OPTIONS = {
    "check": {"--deploy", "--fail-level", "--tag", "-t", "--database", "--list-tags"},
    "test": {
        "--failfast",
        "-k",
        "--tag",
        "--exclude-tag",
        "--shuffle",
        "--buffer",
        "-b",
        "--timing",
        "--reverse",
        "-r",
    },
    "makemigrations": {"--check", "--dry-run"},
    "migrate": {"--check", "--plan", "--prune", "--fake", "--run-syncdb"},
    "showmigrations": {"--list", "-l", "--plan", "-p"},
    "sqlmigrate": {"--backwards"},
    "diffsettings": {"--all", "--output"},
    "version": set(),
    "flush": set(),
}
_EVERYWHERE = {
    "-v",
    "--verbosity",
    "-v2",
    "-v0",
    "-v1",
    "-v3",
    "--noinput",
    "--no-input",
    "--traceback",
    "--no-color",
}
_PYTEST = {
    "-q",
    "-qq",
    "-v",
    "-vv",
    "-x",
    "-s",
    "-k",
    "-ra",
    "-rA",
    "-rf",
    "--maxfail",
    "--tb",
    "--durations",
    "--strict-markers",
    "-l",
}
_RUFF = {
    "check": {"--output-format", "--no-fix", "--quiet", "-q"},
    "format": {"--check", "--diff", "--quiet", "-q"},
}


@dataclass(frozen=True)
class Act:
    """`kind` is a program as `_ACTS` of inside.py names it, or what needs none: echo, exit, ruff-check."""

    kind: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotHere:
    """By name, what it is that does not run here, and why."""

    why: str


def recognise(words: Sequence[str]) -> Act | NotHere:
    name, rest = words[0], list(words[1:])
    if name in ("python", "python3"):
        return _python(rest)
    if name in ("django-admin", "pytest"):
        return _django(rest) if name == "django-admin" else _pytest(rest)
    if name == "ruff":
        return _ruff(rest)
    if name in ("echo", "true", "false", "exit", "sleep"):
        return Act(name, tuple(rest))
    if name == "set":
        return Act("set")
    if name in ("pip", "uv", "poetry", "pipx"):
        return NotHere(f"{name}: this runner has no network. Django, pytest and ruff are here already.")
    return NotHere(f"{name}: this page runs python, manage.py, pytest, ruff, echo and sleep.")


def _python(rest: list[str]) -> Act | NotHere:
    if not rest:
        return NotHere("python without arguments waits for somebody at a keyboard.")
    first, others = rest[0], rest[1:]
    if first in ("--version", "-V"):
        return Act("version")
    if first in ("-W", "-X"):
        return _python(others[1:])
    if first in ("-Wall", "-Werror", "-Wd", "-Wa", "-u", "-B"):
        return _python(others)
    if first == "-c" and others:
        return Act("code", tuple(others))
    if first == "-m" and others:
        module, arguments = others[0], others[1:]
        if module == "pytest":
            return _pytest(arguments)
        if module == "django":
            return _django(arguments)
        if module == "ruff":
            return _ruff(arguments)
        if module == "unittest":
            return Act("unittest", tuple(arguments))
        if module == "pip":
            return NotHere("pip: this runner has no network. Django, pytest and ruff are here already.")
        return NotHere(f"python -m {module}: of modules, django, pytest, unittest and ruff run here.")
    if first == "manage.py" or first == "./manage.py":
        return _django(others)
    if first.endswith(".py") and not first.startswith(("/", "-")) and ".." not in first:
        return Act("script", (first, *others))
    return NotHere(f"python {first}: not an argument that this page hands on.")


def _django(rest: list[str]) -> Act | NotHere:
    if not rest:
        return NotHere("manage.py without a command lists commands, and does nothing.")
    command, arguments = rest[0], rest[1:]
    known = _OPTIONS.get(command)
    if known is None:
        return NotHere(f"manage.py {command}: of commands, {', '.join(_OPTIONS)} run here.")
    strange = _strange(arguments, known | _EVERYWHERE)
    if strange:
        return NotHere(f"manage.py {command} {strange}: not an option that this page hands on.")
    if command == "makemigrations" and not {"--check", "--dry-run"} & set(arguments):
        return NotHere("manage.py makemigrations writes files; with --check it only looks.")
    if command == "flush" and not {"--noinput", "--no-input"} & set(arguments):
        return NotHere("manage.py flush asks a question, and nobody is there to answer.")
    return Act("django", tuple(rest))


def _pytest(rest: list[str]) -> Act | NotHere:
    strange = _strange(rest, _PYTEST)
    return (
        NotHere(f"pytest {strange}: not an option that this page hands on.")
        if strange
        else Act("pytest", tuple(rest))
    )


def _ruff(rest: list[str]) -> Act | NotHere:
    command = rest[0] if rest else ""
    if command not in _RUFF:
        return NotHere(f"ruff {command}: ruff check and ruff format --check run here.")
    strange = _strange(rest[1:], _RUFF[command])
    if strange:
        return NotHere(f"ruff {command} {strange}: not an option that this page hands on.")
    if command == "format" and not {"--check", "--diff"} & set(rest):
        return NotHere("ruff format rewrites files; with --check it only looks.")
    places = [word for word in rest[1:] if not word.startswith("-")]
    if places not in ([], ["."]):
        return NotHere(f"ruff {command} {places[0]}: it looks at the whole project here.")
    return Act(f"ruff-{command}")


def _strange(arguments: list[str], known: set[str]) -> str:
    for argument in arguments:
        if argument.startswith("-") and argument.partition("=")[0] not in known:
            return argument
        if argument.startswith("/") or ".." in argument:
            return argument
    return ""
