"""compose.yaml: checked against the schema, then as a graph. The order is computed, nothing is started."""

from dataclasses import dataclass, field
from typing import Any

import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for

STARTED, HEALTHY, COMPLETED = "service_started", "service_healthy", "service_completed_successfully"
WAITS_FOR = {STARTED: "is started", HEALTHY: "is healthy", COMPLETED: "has ended with 0"}
NEVER = {STARTED: "is never started", HEALTHY: "is never healthy", COMPLETED: "never ends with 0"}
FAULTS = {
    "sick": "runs, and never becomes healthy",
    "fails": "ends with 1, at once",
}


@dataclass(frozen=True)
class Arrow:
    """`service` waits for `on`."""

    service: str
    on: str
    condition: str = STARTED
    required: bool = True

    @property
    def words(self) -> str:
        return WAITS_FOR[self.condition]


@dataclass
class Stack:
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    circle: list[str] = field(default_factory=list)
    waves: list[list[str]] = field(default_factory=list)

    def of(self, service: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.service == service]


class ComposeLoader(yaml.SafeLoader):
    """With Compose's own two tags: a key with `!reset` is not there, one with `!override` has its value."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        node.value = [(key, value) for key, value in node.value if value.tag != "!reset"]
        for _, value in node.value:
            if value.tag == "!override":
                plain = getattr(value, "style", None) is None
                value.tag = self.resolve(type(value), value.value, (plain, not plain))


def read(text: str) -> Stack:
    """Problems keep it from being drawn; a circle is drawn, and has no order."""
    stack = Stack()
    try:
        document = yaml.load(text, ComposeLoader)  # noqa: S506 -- a SafeLoader with two tags more
    except yaml.YAMLError as error:
        stack.problems = [f"This is no YAML: {error}"]
        return stack
    stack.problems = _against_the_schema(document)
    if stack.problems:
        return stack
    stack.services = {name: body or {} for name, body in document.get("services", {}).items()}
    stack.arrows = [arrow for name, body in stack.services.items() for arrow in _arrows(name, body)]
    stack.problems = _inconsistencies(stack)
    if not stack.problems:
        stack.circle = _circle(stack)
    if not stack.problems and not stack.circle:
        stack.waves = _waves(stack)
    return stack


# region: schema
def _against_the_schema(document: Any) -> list[str]:
    schema = get_builtin_schema("vendor.compose-spec")
    errors = validator_for(schema)(schema).iter_errors(document)
    return [f"{'.'.join(map(str, error.absolute_path)) or 'the file'}: {error.message}" for error in errors]


# endregion: schema


def _arrows(name: str, body: dict[str, Any]) -> list[Arrow]:
    """depends_on in both forms, and what depends without saying so."""
    depends = body.get("depends_on") or []
    if isinstance(depends, dict):
        found = [
            Arrow(name, on, rule.get("condition", STARTED), rule.get("required", True))
            for on, rule in depends.items()
        ]
    else:
        found = [Arrow(name, on) for on in depends]
    implied = [str(link).partition(":")[0] for link in body.get("links") or []]
    implied += [str(one).partition(":")[0] for one in body.get("volumes_from") or []]
    for key in ("network_mode", "ipc", "pid"):
        kind, _, other = str(body.get(key) or "").partition(":")
        implied += [other] if kind == "service" else []
    known = {arrow.on for arrow in found}
    return found + [Arrow(name, on) for on in dict.fromkeys(implied) if on not in known]


def _inconsistencies(stack: Stack) -> list[str]:
    """What the schema cannot see."""
    found = []
    for arrow in stack.arrows:
        if arrow.on not in stack.services:
            if arrow.required:
                found.append(f'service "{arrow.service}" depends on undefined service "{arrow.on}"')
        elif arrow.condition == HEALTHY and _has_no_check(stack.services[arrow.on]):
            found.append(
                f"{arrow.service} waits until {arrow.on} is healthy, and {arrow.on} has no healthcheck here: "
                "unless its image brings one, the start ends with an error"
            )
    return found


def _has_no_check(body: dict[str, Any]) -> bool:
    check = body.get("healthcheck") or {}
    return not check.get("test") or check.get("disable", False) or check.get("test") in ("NONE", ["NONE"])


# region: circle
def _circle(stack: Stack) -> list[str]:
    """Services that wait for one another, the first one again at the end; or none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in stack.services:
            return []
        for arrow in stack.of(name):
            found = walk(arrow.on, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in stack.services if (found := walk(name, []))), [])


# endregion: circle


def _waves(stack: Stack) -> list[list[str]]:
    """Services of a wave may start at once: all that they wait for is in earlier ones."""
    waves: list[list[str]] = []
    left = dict(stack.services)
    while left:
        wave = [name for name in left if not any(arrow.on in left for arrow in stack.of(name))]
        waves.append(wave)
        for name in wave:
            del left[name]
    return waves


# region: outcome
def outcome(stack: Stack, broken: str = "", fault: str = "sick") -> dict[str, str]:
    """What becomes of every service when one of them is broken: "starts", or why it does not."""
    told: dict[str, str] = {}
    for name in (name for wave in stack.waves for name in wave):
        reasons = [
            f"{arrow.on} {NEVER[arrow.condition] if arrow.on == broken else 'does not start'}"
            for arrow in stack.of(name)
            if arrow.required and not _reached(arrow, told, broken, fault)
        ]
        if reasons:
            told[name] = "; ".join(reasons)
        else:
            told[name] = FAULTS[fault] if name == broken else "starts"
    return told


def _reached(arrow: Arrow, told: dict[str, str], broken: str, fault: str) -> bool:
    """Whether the condition will hold, if whoever is not broken does what it should."""
    if arrow.on == broken and told.get(arrow.on) == FAULTS[fault]:
        if fault == "fails":
            return arrow.condition == STARTED
        return arrow.condition != HEALTHY
    return told.get(arrow.on) == "starts"


# endregion: outcome
