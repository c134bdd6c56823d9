"""One job of a run: its steps in order, each command parsed, run in the jail if it may be; all is told."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import expressions, shell
from .events import Event
from .plan import Job
from .programs import Act, NotHere, recognise

INSIDE = "foghorn_inside.py"
MOST_LINES = 400  # of a step
SLICE = 0.2  # seconds between two looks at a command's output

Emit = Callable[[dict[str, Any]], None]
Files = Mapping[str, str]


class JobRun:
    """Blocks, so it runs in a thread. `bench` is what the site runs a project with, or None."""

    def __init__(
        self,
        job: Job,
        *,
        bench: Any,
        event: Event,
        base: Files,
        head: Files,
        contexts: dict[str, Any],
        secrets: Mapping[str, str],
        emit: Emit,
        stop: threading.Event,
    ) -> None:
        self.job, self.bench, self.event, self.base, self.head = job, bench, event, base, head
        self.secrets, self.stop = dict(secrets), stop
        self.masks = {value for value in secrets.values() if value}
        self._emit = emit
        self.files: dict[str, str] = {}  # empty until a step checks the repository out
        self.status = "success"
        self.steps: dict[str, Any] = {}
        self.step = 0
        self.lines = 0
        self.added: dict[str, str] = {}
        self._stack, self._booted, self._booted_with = ExitStack(), None, None
        self._paths: list[str] = []
        self.contexts = {
            **contexts,
            "matrix": job.matrix,
            "strategy": {"job-index": job.index, "job-total": job.count, "fail-fast": job.fail_fast},
            "runner": {"os": "Linux", "arch": "X64", "name": "foghorn", "temp": "/tmp"},
            "secrets": self.secrets,
            "steps": self.steps,
            "job": {},
        }

    def run(self) -> tuple[str, dict[str, str]]:
        """The job's conclusion, and its outputs."""
        with self._stack:
            for self.step, step in enumerate(self.job.steps):
                self.lines = 0
                self._one(step)
        outputs = {}
        for name, text in self.job.body.get("outputs", {}).items():
            outputs[name] = expressions.fill(str(text), self._contexts())
        return self.status, outputs

    def _one(self, step: dict[str, Any]) -> None:
        if self.stop.is_set():
            self.status = "cancelled"
        began = time.monotonic()
        try:
            # `secrets` can't be asked in a condition: GitHub refuses the name there.
            known = {name: found for name, found in self._contexts().items() if name != "secrets"}
            if not expressions.condition(step.get("if"), known):
                self._ended(step, "cancelled" if self.stop.is_set() else "skipped", began)
                return
            self.tell({"type": "step", "state": "running"})
            outcome = self._use(step) if "uses" in step else self._script(step)
        except expressions.BadExpression as error:
            self.say(f"Error: the expression is not valid: {error}", "error")
            outcome = "failure"
        self._ended(step, outcome, began)

    def _ended(self, step: dict[str, Any], outcome: str, began: float) -> None:
        excused = outcome == "failure" and step.get("continue-on-error") is True
        if outcome == "cancelled" or (outcome == "failure" and not excused and self.status == "success"):
            self.status = outcome
        if "id" in step:
            kept = self.steps.setdefault(step["id"], {"outputs": {}})
            known = "success" if outcome == "elsewhere" else outcome
            kept |= {"outcome": known, "conclusion": "success" if excused else known}
        seconds = round(time.monotonic() - began, 1)
        self.tell({"type": "step", "state": outcome, "seconds": seconds, "excused": excused})

    # --- What GitHub's runner does itself ----------------------------------------------------------------

    def _contexts(self) -> dict[str, Any]:
        status = self.status
        functions = {
            "success": lambda: status == "success",
            "failure": lambda: status == "failure",
            "cancelled": lambda: status == "cancelled",
            "always": lambda: True,
            "hashfiles": expressions.hash_files(self.files),
        }
        known = {**self.contexts, "functions": functions, "job": {"status": status}}
        environment = {name: expressions.value(text, known) for name, text in self.contexts["env"].items()}
        return {**known, "env": environment | self.added}

    def _environment(self, step: dict[str, Any], contexts: dict[str, Any]) -> dict[str, str]:
        own = {name: expressions.value(text, contexts) for name, text in (step.get("env") or {}).items()}
        github = self.contexts["github"]
        given = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "RUNNER_OS": "Linux",
            "DJANGO_SETTINGS_MODULE": "settings",
            **{
                f"GITHUB_{name.upper()}": github[name]
                for name in ("ref", "sha", "actor", "repository", "event_name")
            },
        }
        every = given | contexts["env"] | own
        return {str(name): expressions.shown(text) for name, text in every.items()}

    def _use(self, step: dict[str, Any]) -> str:
        action, settings = str(step["uses"]), expressions.value(step.get("with") or {}, self._contexts())
        name = action.partition("@")[0]
        if name == "actions/checkout":
            return self._check_out(settings)
        self.say(f"{action} is not run here: this page runs no actions.", "note")
        if name == "actions/setup-python":
            version = settings.get("python-version", "")
            self.say(f"Asked for Python {version}. The steps run on the one Python of this page.", "note")
        for setting in ("key", "path", "name"):
            if (
                name in ("actions/cache", "actions/upload-artifact", "actions/download-artifact")
                and setting in settings
            ):
                self.say(f"{setting}: {expressions.shown(settings[setting])}")
        return "elsewhere"

    def _check_out(self, settings: dict[str, Any]) -> str:
        ref = expressions.shown(settings.get("ref"))
        asked_for_head = self.event.is_pull_request and (
            ref in (self.event.sha, self.event.branch) or ref.startswith("refs/pull/")
        )
        head = asked_for_head or (self.event.name == "pull_request" and not ref)
        self.files = dict(self.head if head else self.base)
        whose = "mallory/tides, the fork's files" if head else "harbour/tides"
        self.say(f"Checked out {whose}: {len(self.files)} files.", "note")
        return "success"

    # --- A script ----------------------------------------------------------------------------------------

    def _script(self, step: dict[str, Any]) -> str:
        contexts = self._contexts()
        environment = self._environment(step, contexts)
        script = expressions.fill(str(step["run"]), contexts)  # before any shell has seen it
        if step.get("shell", "bash") not in ("bash", "sh") or "working-directory" in step:
            self.say("Not run here: another shell, or another directory.", "note")
            return "elsewhere"
        commands = shell.parse(script, environment)
        code, ran = 0, False
        for number, command in enumerate(commands):
            if (command.after == "&&" and code) or (command.after == "||" and not code):
                continue
            answer = self._command(command, environment)
            code, ran = answer or 0, ran or answer is not None
            if self.stop.is_set():
                return "cancelled"
            follows = commands[number + 1].after if number + 1 < len(commands) else ";"
            if code and follows == ";":
                self.say(f"Error: Process completed with exit code {code}.", "error")
                return "failure"  # as bash -e
        return "success" if ran else "elsewhere"

    def _command(self, command: shell.Command, environment: dict[str, str]) -> int | None:
        """Its exit code; None where it is not run here."""
        self.say(command.text, "command")
        act = NotHere(f"{command.strange} is not read here.") if command.strange else recognise(command.words)
        if isinstance(act, NotHere):
            self.say(f"Not run here: {act.why}", "note")
            return None
        if act.kind == "echo":
            self._echo(" ".join(act.arguments), command.into)
            return 0
        if act.kind in ("true", "set"):
            return 0
        if act.kind == "false":
            return 1
        if act.kind == "exit":
            return int(act.arguments[0]) % 256 if act.arguments and act.arguments[0].isdigit() else 0
        if act.kind == "sleep":
            self.stop.wait(_seconds(act.arguments))
            return 0
        if act.kind.startswith("ruff-"):
            return self._ruff(act)
        if act.kind == "django" and "manage.py" not in self.files:
            self.say("python: can't open file 'manage.py': [Errno 2] No such file or directory", "error")
            self.say("No step has checked the repository out.", "note")
            return 2
        return self._in_the_jail(act, environment)

    def _echo(self, text: str, into: str) -> None:
        if into:
            name, _, value = text.partition("=")
            if into == "GITHUB_OUTPUT":
                identity = self.job.steps[self.step].get("id")
                if identity:
                    self.steps.setdefault(identity, {"outputs": {}})["outputs"][name] = value
            elif into == "GITHUB_ENV":
                self.added[name] = value
            else:
                self.say(text)
            return
        order = re.match(r"::(add-mask|error|warning|notice|debug|group|endgroup)[^:]*::(.*)", text)
        if not order:
            self.say(text)
        elif order[1] == "add-mask":
            self.masks.add(order[2])
            self.say("::add-mask::***")
        elif order[1] != "debug":
            self.say(f"{order[1].title()}: {order[2]}", "error" if order[1] == "error" else "")

    def _ruff(self, act: Act) -> int | None:
        if self.bench is None:
            return self._no_jail("there is no jail here.")
        files = {path: text for path, text in self.files.items() if path.endswith((".py", ".toml"))}
        try:
            told = self.bench.tool(act.kind, files or {"nothing.py": ""})
        except self.bench.Unavailable as error:
            return self._no_jail(str(error))
        self.say(told.stdout + told.stderr)
        return told.exit if told.exit is not None else 124

    def _in_the_jail(self, act: Act, environment: dict[str, str]) -> int | None:
        if self.bench is None:
            return self._no_jail("there is no jail here.")
        bench = self.bench
        try:
            booted = self._boot()
            question = f"start({act.kind!r}, {list(act.arguments)!r}, {environment!r})"
            self._paths = self._ask(booted, question).get("value") or self._paths
            while True:
                if self.stop.is_set():
                    self._boot_again()
                    return 130
                answer = self._ask(booted, f"wait({SLICE})")
                if answer.get("value") is not None:
                    return int(answer["value"])
                if "exception" in answer:
                    return 1
        except bench.Failed as error:
            self.say(error.output)
            self.say(_told(error.problem), "error")
        except (bench.Gone, bench.Invalid) as error:
            self.say(str(error), "error")
            self._boot_again()
        except bench.TimeUp:
            self.say("The jail ends a job after a minute.", "error")
            self._boot_again()
        except bench.Unavailable as error:
            return self._no_jail(str(error))
        return 1

    def _no_jail(self, why: str) -> None:
        self.say(f"Not run here: {why} Steps run where there is a Linux with Landlock.", "note")

    def _boot(self) -> Any:
        if self._booted is None or self._booted_with != self.files:
            self._boot_again()
            inside = (Path(__file__).parent / "inside.py").read_text()
            files = {**self.files, INSIDE: inside, "foghorn.ini": "[pytest]\n"}
            self._booted = self._stack.enter_context(self.bench.project(files))
            self._booted_with = dict(self.files)
        return self._booted

    def _boot_again(self) -> None:
        """The next command finds a project that has just begun."""
        self._stack.close()
        self._booted = None

    def _ask(self, booted: Any, question: str) -> dict[str, Any]:
        answer = booted.evaluate(f"import foghorn_inside\nfoghorn_inside.{question}")
        self.say(answer.get("output", ""))
        return answer

    # --- What it says --------------------------------------------------------------------------------------

    def say(self, text: str, kind: str = "") -> None:
        if not text:
            return
        for path in self._paths:
            text = text.replace(f"{path}/", "" if path == self._paths[0] else "…/")
        for secret in sorted(self.masks, key=len, reverse=True):
            text = text.replace(secret, "***")  # all that masking is
        left = MOST_LINES - self.lines
        lines = [line[:1_000] for line in text.splitlines()]
        self.lines += len(lines)
        if lines[left:] and left > 0:
            lines = [*lines[:left], "… more was printed than is kept."]
        if left > 0:
            self.tell({"type": "log", "kind": kind, "lines": lines})

    def tell(self, event: dict[str, Any]) -> None:
        self._emit({**event, "job": self.job.key, "step": self.step})


def _seconds(arguments: tuple[str, ...]) -> float:
    try:
        return min(float(arguments[0]), 20.0)
    except (IndexError, ValueError):
        return 0.0


def _told(problem: Mapping[str, Any]) -> str:
    frames = [f'  File "{one["file"]}", line {one["line"]}\n    {one["code"]}' for one in problem["frames"]]
    return "\n".join([*frames, f"{problem['type']}: {problem['message']}"])
