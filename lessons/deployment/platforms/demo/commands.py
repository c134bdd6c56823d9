"""A command of a manifest, read as the platform's shell would, and turned into what the machine can run.

Programs and options are known one by one; everything else is answered by what a shell would say, or by the
plain statement that it is not run here.
"""

import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

SHELL_ONLY = re.compile(r"[;|<>`\\]|\$\(|(?<!&)&(?!&)")
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
MANAGE = {
    "migrate": {"--noinput", "--no-input", "--check", "--plan"},
    "collectstatic": {"--noinput", "--no-input", "--clear", "-c"},
    "check": {"--deploy", "--fail-level"},
    "showmigrations": {"--list", "--plan", "-l"},
    "makemigrations": {"--check", "--dry-run"},
    "runserver": set(),
}
MIGRATION = re.compile(r"\d{4}|zero")
LEVELS = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"}
# Of gunicorn's options those that name no file and no module; True: a value follows.
GUNICORN = {
    "--bind": r"[\w.]*:\d+",
    "-b": r"[\w.]*:\d+",
    "--workers": r"\d{1,2}",
    "-w": r"\d{1,2}",
    "--threads": r"\d{1,2}",
    "--timeout": r"\d{1,3}",
    "-t": r"\d{1,3}",
    "--graceful-timeout": r"\d{1,3}",
    "--keep-alive": r"\d{1,3}",
    "--max-requests": r"\d{1,5}",
    "--max-requests-jitter": r"\d{1,5}",
    "--worker-class": r"sync|gthread",
    "-k": r"sync|gthread",
    "--access-logfile": "-",
    "--error-logfile": "-",
    "--log-file": "-",
    "--log-level": r"debug|info|warning|error",
    "--preload": None,
}


@dataclass(frozen=True)
class Command:
    """One program call. `step` is for the machine, or None where `said` and `exit` are all there is to it."""

    text: str
    step: dict[str, Any] | None = None
    said: str = ""
    exit: int = 0
    serves: bool = False


def read(line: str, environment: Mapping[str, str], files: Collection[str]) -> list[Command]:
    """The calls of a line, joined by &&, up to the first that cannot succeed."""
    if SHELL_ONLY.search(line):
        said = (
            "This simulation has no shell: it runs commands joined by &&, with $VARIABLES. Nothing was run."
        )
        return [Command(line, said=said, exit=2)]
    filled = VARIABLE.sub(lambda match: environment.get(match[1] or match[2], ""), line)
    commands = []
    for part, shown in zip(filled.split("&&"), line.split("&&"), strict=False):
        try:
            words = shlex.split(part)
        except ValueError as error:
            return [*commands, Command(shown.strip(), said=f"bash: {error}", exit=2)]
        if not words:
            return [*commands, Command(line, said="bash: syntax error near unexpected token `&&'", exit=2)]
        commands.append(_one(words, shown.strip(), files))
        if commands[-1].exit:
            break
    return commands


def _one(words: list[str], text: str, files: Collection[str]) -> Command:
    program, arguments = words[0], words[1:]
    if program in ("python", "python3") and arguments[:1] == ["-m"] and len(arguments) > 1:
        program, arguments = arguments[1], arguments[2:]
    elif program in ("python", "python3") and arguments:
        if arguments[0] not in files:
            said = f"python: can't open file '/app/{arguments[0]}': [Errno 2] No such file or directory"
            return Command(text, said=said, exit=2)
        if arguments[0] == "manage.py":
            return _manage(arguments[1:], text)
        return Command(text, said=f"{arguments[0]} is not run here.", exit=1)
    if program == "gunicorn":
        return _gunicorn(arguments, text, files)
    if program in ("pip", "pip3") and arguments[:1] == ["install"]:
        missing = [name for name in _after(arguments, "-r") if name not in files]
        if missing:
            said = f"ERROR: Could not open requirements file: No such file or directory: '{missing[0]}'"
            return Command(text, said=said, exit=1)
        return Command(text, said="(The packages are installed here already: nothing is downloaded.)")
    if program == "echo":
        return Command(text, said=" ".join(arguments))
    if program in ("true", "false"):
        return Command(text, exit=int(program == "false"))
    if program.startswith("./") or "/" in program:
        return Command(text, said=f"bash: {program}: No such file or directory", exit=127)
    return Command(text, said=f"bash: {program}: command not found", exit=127)


def _after(arguments: list[str], option: str) -> list[str]:
    return [following for name, following in zip(arguments, arguments[1:], strict=False) if name == option]


def _manage(arguments: list[str], text: str) -> Command:
    if not arguments or arguments[0] not in MANAGE:
        name = arguments[0] if arguments else ""
        return Command(text, said=f"manage.py {name} is not run here.", exit=1)
    name, rest = arguments[0], arguments[1:]
    if name == "runserver":
        return Command(
            text, {"kind": "runserver", "address": rest[0] if rest else "127.0.0.1:8000"}, serves=True
        )
    for word in rest:
        option, _, value = word.partition("=")
        if name == "migrate" and MIGRATION.fullmatch(word):
            continue
        if option not in MANAGE[name] and word not in LEVELS | {"board"} or (value and value not in LEVELS):
            return Command(text, said=f"manage.py {name} {word} is not run here.", exit=1)
    if name == "collectstatic" and not {"--noinput", "--no-input"} & set(rest):
        # It would ask, and nobody is there to answer. In an empty directory it has nothing to ask.
        rest = [*rest, "--noinput"]
    return Command(text, {"kind": "manage", "arguments": [name, *rest]})


def _gunicorn(arguments: list[str], text: str, files: Collection[str]) -> Command:
    module, index = "", 0
    while index < len(arguments):
        word = arguments[index]
        option, joined, value = word.partition("=")
        if not word.startswith("-"):
            if module:
                said = f"gunicorn: error: unrecognized arguments: {word}"
                return Command(text, said=said, exit=2)
            module = word
        elif option not in GUNICORN:
            return Command(text, said=f"gunicorn {option} is not run here.", exit=1)
        elif GUNICORN[option] is not None:
            if not joined:
                index += 1
                value = arguments[index] if index < len(arguments) else ""
            if not re.fullmatch(str(GUNICORN[option]), value):
                said = f"gunicorn: {option} {value or '(no value)'} cannot be used. Was a variable empty?"
                return Command(text, said=said, exit=1)
        index += 1
    if not module:
        return Command(text, said="Error: No application module specified.", exit=1)
    top = module.partition(":")[0].partition(".")[0]
    if not re.fullmatch(r"[A-Za-z_][\w.]*(:\w+)?", module) or not any(
        name in (f"{top}.py", f"{top}/__init__.py") for name in files
    ):
        said = f"ModuleNotFoundError: No module named {top!r}\nWorker failed to boot."
        return Command(text, said=said, exit=3)
    return Command(text, {"kind": "serve", "arguments": arguments}, serves=True)
