"""What happens to the repository, and whether a workflow's `on` listens to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

DEFAULT_TYPES = {"opened", "synchronize", "reopened"}


@dataclass(frozen=True)
class Event:
    """`branch` is what a push goes to, and where a pull request comes from; `title` is its author's text."""

    name: str
    branch: str = "main"
    title: str = ""
    sha: str = ""
    changed: tuple[str, ...] = ()
    action: str = "opened"
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def is_pull_request(self) -> bool:
        return self.name.startswith("pull_request")

    @property
    def ref(self) -> str:
        if self.name == "pull_request":
            return "refs/pull/7/merge"
        if self.name == "pull_request_target":
            return "refs/heads/main"
        return f"refs/heads/{self.branch}"

    def context(self, number: int, workflow: str) -> dict[str, Any]:
        """The `github` context."""
        base: dict[str, Any] = {
            "event_name": self.name,
            "ref": self.ref,
            "ref_name": self.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
            "ref_type": "branch",
            "sha": self.sha,
            "repository": "harbour/tides",
            "repository_owner": "harbour",
            "actor": "mallory" if self.is_pull_request else "ada",
            "head_ref": self.branch if self.is_pull_request else "",
            "base_ref": "main" if self.is_pull_request else "",
            "run_id": str(9000 + number),
            "run_number": str(number),
            "run_attempt": "1",
            "workflow": workflow,
            "server_url": "https://github.com",
        }
        event: dict[str, Any] = {"repository": {"default_branch": "main", "full_name": "harbour/tides"}}
        if self.is_pull_request:
            head = {"ref": self.branch, "sha": self.sha, "repo": {"full_name": "mallory/tides", "fork": True}}
            event |= {"action": self.action, "number": 7}
            event["pull_request"] = {
                "number": 7,
                "title": self.title,
                "body": "",
                "draft": False,
                "user": {"login": "mallory"},
                "head": head,
                "base": {"ref": "main", "repo": {"full_name": "harbour/tides", "fork": False}},
            }
        elif self.name == "push":
            event["head_commit"] = {"message": self.title, "author": {"name": "Ada"}}
        elif self.name == "workflow_dispatch":
            event["inputs"] = self.inputs
        return base | {"event": event}


def refusal(on: Any, event: Event) -> str:
    """Why the workflow does not start; empty where it does."""
    listened = {on: None} if isinstance(on, str) else dict.fromkeys(on) if isinstance(on, list) else on
    if event.name not in listened:
        return f"`on` names {', '.join(listened)}, and this is {event.name}."
    rules = listened[event.name]
    if not isinstance(rules, dict):
        rules = {}
    if event.is_pull_request:
        types = rules.get("types", DEFAULT_TYPES)
        if event.action not in ([types] if isinstance(types, str) else types):
            return f"`types` does not name {event.action}."
        # A pull request is filtered by the branch it goes to.
        return _by_name(rules, "branches", "main") or _by_paths(rules, event.changed)
    if event.name == "push":
        if "tags" in rules and "branches" not in rules and "branches-ignore" not in rules:
            return "`push` listens to tags only, and this is a branch."
        return _by_name(rules, "branches", event.branch) or _by_paths(rules, event.changed)
    return ""


def _by_name(rules: dict[str, Any], kind: str, name: str) -> str:
    if kind in rules and not matches(_listed(rules[kind]), name):
        return f"`{kind}` does not name {name}."
    if f"{kind}-ignore" in rules and matches(_listed(rules[f"{kind}-ignore"]), name):
        return f"`{kind}-ignore` names {name}."
    return ""


def _by_paths(rules: dict[str, Any], changed: Iterable[str]) -> str:
    if "paths" in rules and not any(matches(_listed(rules["paths"]), name) for name in changed):
        return f"`paths` names none of what was changed: {', '.join(changed) or 'nothing'}."
    if "paths-ignore" in rules and all(matches(_listed(rules["paths-ignore"]), name) for name in changed):
        return "`paths-ignore` names all that was changed."
    return ""


def _listed(found: Any) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]


def matches(patterns: Iterable[str], name: str) -> bool:
    """The last pattern that fits decides; one that begins with `!` takes out."""
    found = False
    for pattern in patterns:
        if _glob(pattern.removeprefix("!")).fullmatch(name):
            found = not pattern.startswith("!")
    return found


def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\+|\[[^\]]*\])", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    text = "".join(meaning.get(part) or (part if part.startswith("[") else re.escape(part)) for part in parts)
    try:
        return re.compile(text)
    except re.error:
        return re.compile(re.escape(pattern))
