"""A Dockerfile as stages of steps. dockerfile-parse reads it; what it leaves open is decided here."""

import io
import json
from dataclasses import dataclass, field

from dockerfile_parse import DockerfileParser
from dockerfile_parse.constants import COMMENT_INSTRUCTION
from dockerfile_parse.parser import image_from
from dockerfile_parse.util import WordSplitter, extract_key_values

KNOWN = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
NO_FLAGS = {"ENV", "ARG", "LABEL"}


class BadDockerfileError(ValueError):
    """The message is for the visitor, and names the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


@dataclass
class Step:
    line: int
    instruction: str
    value: str  # without flags, in one line
    flags: dict[str, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        flags = [
            f"--{name}={one}" if one else f"--{name}" for name, all_ in self.flags.items() for one in all_
        ]
        return " ".join([self.instruction, *flags, self.value])

    def flag(self, name: str) -> str | None:
        found = self.flags.get(name)
        return found[-1] if found else None

    @property
    def json_form(self) -> list[str] | None:
        """["gunicorn", "…"], where the value is such a list; None for a line that a shell reads."""
        try:
            found = json.loads(self.value)
        except ValueError:
            return None
        return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else None

    @property
    def words(self) -> list[str]:
        found = self.json_form
        return found if found is not None else list(WordSplitter(self.value).split())

    def pairs(self, known: dict[str, str]) -> list[tuple[str, str]]:
        """Of an ENV, with what is known put in."""
        return extract_key_values(env_replace=True, args={}, envs=known, instruction_value=self.value)


@dataclass(eq=False)
class Stage:
    index: int
    name: str
    base: str  # an image, or the name or number of an earlier stage
    line: int
    parent: "Stage | None" = None
    steps: list[Step] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.name or f"stage {self.index}"


@dataclass
class Dockerfile:
    stages: list[Stage]
    args: dict[str, str]  # those before the first FROM

    def stage(self, name: str) -> Stage | None:
        """By name or number, as COPY --from says it."""
        for stage in self.stages:
            if name.lower() == stage.name.lower() != "" or name == str(stage.index):
                return stage
        return None

    def needed(self) -> list[Stage]:
        """The last stage, and what it is made of. BuildKit builds nothing else."""
        wanted, queue = set(), [self.stages[-1]]
        while queue:
            stage = queue.pop()
            if stage.index in wanted:
                continue
            wanted.add(stage.index)
            sources = [self.stage(source) for step in stage.steps for source in sources_of(step)]
            queue += [found for found in [stage.parent, *sources] if found is not None]
        return [stage for stage in self.stages if stage.index in wanted]


def sources_of(step: Step) -> list[str]:
    """Stages or images that a step takes files from."""
    mounts = [options(mount) for mount in step.flags.get("mount", [])]
    return [*step.flags.get("from", []), *(mount["from"] for mount in mounts if "from" in mount)]


def options(mount: str) -> dict[str, str]:
    """ "type=secret,id=token" as a mapping; a word alone means that it is on."""
    return {key: value or "true" for key, _, value in (part.partition("=") for part in mount.split(","))}


def read(text: str) -> Dockerfile:
    """Raises BadDockerfileError."""
    args: dict[str, str] = {}
    stages: list[Stage] = []
    for found in DockerfileParser(fileobj=io.BytesIO(text.encode())).structure:
        if found["instruction"] == COMMENT_INSTRUCTION:
            continue
        step = _step(found)
        if step.instruction == "FROM":
            stages.append(_stage(step, stages, args))
        elif stages:
            stages[-1].steps.append(step)
        elif step.instruction == "ARG":
            name, _, value = step.value.partition("=")
            args[name.strip()] = WordSplitter(value, args=args).dequote()
        else:
            raise BadDockerfileError(step.line, f"{step.instruction} before the first FROM")
    if not stages:
        raise BadDockerfileError(1, "there is no FROM")
    return Dockerfile(stages, args)


def _step(found: dict) -> Step:
    line, instruction = found["startline"] + 1, found["instruction"]
    if instruction not in KNOWN:
        raise BadDockerfileError(line, f"unknown instruction: {instruction}")
    words = " ".join((found["value"] or "").split())
    if instruction in ("RUN", "COPY", "ADD") and words.replace("<<<", "").find("<<") >= 0:
        raise BadDockerfileError(
            line, "BuildKit reads here-documents (<<EOF), the parser of this page doesn't"
        )
    flags: dict[str, list[str]] = {}
    while instruction not in NO_FLAGS and words.startswith("--"):
        flag, _, words = words.partition(" ")
        name, _, value = flag[2:].partition("=")
        flags.setdefault(name, []).append(value)
    if not words:
        raise BadDockerfileError(line, f"{instruction} needs something behind it")
    return Step(line, instruction, words, flags)


def _stage(step: Step, stages: list[Stage], args: dict[str, str]) -> Stage:
    image, name = image_from(step.value)
    base = WordSplitter(image or "", args=args).dequote()
    if not base:
        raise BadDockerfileError(step.line, f"the base image is empty: {step.value}")
    parent = next((stage for stage in stages if stage.name and stage.name.lower() == base.lower()), None)
    return Stage(len(stages), name or "", base, step.line, parent)
