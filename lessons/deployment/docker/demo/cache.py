"""Which steps an engine would run, and which it would take from its cache: a model of BuildKit's rules.

Each step that makes a layer gets a key out of everything that may change its result:

- RUN: what lies below it, the command's text, ENV and ARG as they are there, user, folder and shell, and the
  checksums of files that are mounted by --mount=type=bind. Not the network, not secrets, not cache mounts.
- COPY and ADD: what lies below it, where to, and the checksums of the files. With --link not what is below.
- WORKDIR: what lies below it, the path, and whose it becomes.

The others (CMD, LABEL, EXPOSE, …) change the image's settings, and no step after them.
"""

import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from dockerfile_parse.util import WordSplitter

from . import context
from .reading import Dockerfile, Stage, Step, options

LAYERS = {"RUN", "COPY", "ADD", "WORKDIR"}


class NotFoundError(LookupError):
    """A source is not in the context: the build ends there."""


@dataclass
class State:
    """What a stage is like after its steps so far."""

    key: str
    env: dict[str, str] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = ""
    shell: str = ""
    settings: dict[str, str] = field(default_factory=dict)  # CMD, ENTRYPOINT, HEALTHCHECK, …
    files: dict[str, str] = field(default_factory=dict)  # where it lies in the image: its path in the context
    known: dict[str, int] = field(default_factory=dict)  # bytes of them
    folders: set[str] = field(default_factory=lambda: {"/"})

    def copy(self) -> "State":
        return State(
            self.key,
            dict(self.env),
            dict(self.args),  # a stage that goes on from this one inherits them
            self.workdir,
            self.user,
            self.shell,
            dict(self.settings),
            dict(self.files),
            dict(self.known),
            set(self.folders),
        )

    def filled(self, text: str) -> str:
        return WordSplitter(text, args=self.args, envs=self.env).dequote()

    def absolute(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.workdir, path))


@dataclass
class Planned:
    """A step with its key, and with what the key is made of."""

    stage: str
    step: Step
    key: str = ""  # none for a step that makes no layer
    below: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    copied: dict[str, int] = field(default_factory=dict)  # bytes by path in the context


@dataclass
class Plan:
    planned: list[Planned] = field(default_factory=list)
    states: dict[int, State] = field(default_factory=dict)
    error: str = ""

    @property
    def image(self) -> State | None:
        return self.states.get(max(self.states)) if self.states and not self.error else None


def key_of(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def plan(dockerfile: Dockerfile, files: Mapping[str, str]) -> Plan:
    """Keys of all steps that the last stage needs, with these files as the context."""
    seen = context.visible(dict(files))
    made = Plan()
    for stage in dockerfile.needed():
        state = _beginning(stage, made)
        made.states[stage.index] = state
        for step in stage.steps:
            try:
                made.planned.append(_take(step, stage, state, dockerfile, made, seen))
            except NotFoundError as error:
                made.error = f"Line {step.line}: {error}"
                return made
    return made


def _beginning(stage: Stage, made: Plan) -> State:
    if stage.parent is not None:
        return made.states[stage.parent.index].copy()
    return State(key=key_of("FROM", stage.base))


def _take(
    step: Step, stage: Stage, state: State, dockerfile: Dockerfile, made: Plan, seen: dict[str, str]
) -> Planned:
    planned = Planned(stage.title, step)
    if step.instruction == "ENV":
        state.env |= dict(step.pairs(state.args | state.env))
    elif step.instruction == "ARG":
        for name, value in _arguments(step):
            state.args[name] = state.filled(value) if value is not None else dockerfile.args.get(name, "")
    elif step.instruction == "USER":
        state.user = state.filled(step.value)
    elif step.instruction == "SHELL":
        state.shell = step.value
    elif step.instruction == "RUN":
        planned.parts = _run_parts(step, state, seen)
    elif step.instruction in ("COPY", "ADD"):
        _copy(planned, state, dockerfile, made, seen)
    elif step.instruction == "WORKDIR":
        state.workdir = state.absolute(state.filled(step.value))
        state.folders.add(state.workdir)
        planned.parts = {"path": state.workdir, "user": state.user}
    else:
        state.settings[step.instruction] = step.value
        if step.instruction == "ENTRYPOINT":
            state.settings.pop("CMD", None)  # one of the base image's does not fit any more
    if step.instruction in LAYERS:
        linked = step.flag("link") is not None
        planned.below = "" if linked else state.key
        planned.key = key_of(planned.below, step.instruction, planned.parts)
        # A linked layer is laid upon whatever is there; the next step still stands on both.
        state.key = key_of(state.key, planned.key) if linked else planned.key
    return planned


def _arguments(step: Step) -> list[tuple[str, str | None]]:
    found = []
    for word in WordSplitter(step.value).split(dequote=False):
        name, equals, value = word.partition("=")
        found.append((name, value if equals else None))
    return found


# region: run
def _run_parts(step: Step, state: State, seen: dict[str, str]) -> dict[str, str]:
    parts = {"command": step.text, "user": state.user}
    parts |= {"folder": state.workdir, "shell": state.shell}
    parts |= {f"ENV {name}": value for name, value in state.env.items()}
    parts |= {f"ARG {name}": value for name, value in state.args.items()}
    for mount in map(options, step.flags.get("mount", [])):
        if mount.get("type", "bind") == "bind" and "from" not in mount:
            chosen = context.picked(mount.get("source") or mount.get("src") or ".", seen)
            parts |= {one.path: context.checksum(seen[one.path]) for one in chosen}
    return parts


# endregion: run


def _copy(planned: Planned, state: State, dockerfile: Dockerfile, made: Plan, seen: dict[str, str]) -> None:
    step = planned.step
    *sources, target = [state.filled(word) for word in step.words]
    if not sources:
        raise NotFoundError(f"{step.instruction} needs a source and a destination")
    planned.parts = {"command": step.text, "to": state.absolute(target)}
    into = _is_folder(target, sources, state)
    origin = step.flag("from")
    if origin is not None:
        _copy_from(planned, state, dockerfile.stage(origin), made, sources)
        return
    for source in sources:
        if step.instruction == "ADD" and "://" in source:
            continue
        chosen = context.picked(source, seen)
        if not chosen:
            raise NotFoundError(f'"/{source.lstrip("/")}": not found in the build context')
        for one in chosen:
            planned.parts[one.path] = context.checksum(seen[one.path])
            planned.copied[one.path] = len(seen[one.path].encode())
            place = state.absolute(target)
            if into or not one.is_source:
                place = posixpath.join(place, one.below)
            _put(state, place, one.path, planned.copied[one.path])


def _copy_from(planned: Planned, state: State, source: Stage | None, made: Plan, sources: list[str]) -> None:
    """Out of another stage: that one's key stands for all that it may have made."""
    step = planned.step
    if source is None:
        planned.parts["image"] = str(step.flag("from"))
        return
    other = made.states[source.index]
    planned.parts[f"stage {source.title}"] = other.key
    for wanted in sources:
        root = posixpath.normpath(posixpath.join("/", wanted))
        for place, path in other.files.items():
            if place == root or place.startswith(root.rstrip("/") + "/"):
                below = place[len(root) :].lstrip("/") or posixpath.basename(place)
                _put(state, posixpath.join(planned.parts["to"], below), path, other.known[place])
                planned.copied[path] = other.known[place]


def _is_folder(target: str, sources: list[str], state: State) -> bool:
    return (
        target.endswith(("/", "/."))
        or target == "."
        or len(sources) > 1
        or state.absolute(target) in state.folders
    )


def _put(state: State, place: str, path: str, size: int) -> None:
    state.files[place], state.known[place] = path, size
    folder = posixpath.dirname(place)
    while folder not in state.folders:
        state.folders.add(folder)
        folder = posixpath.dirname(folder)
