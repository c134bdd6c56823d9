"""zizmor's findings, with what they mean for somebody who has to act on them."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from .seed import WORKFLOW

MEANING = {
    "template-injection": "A stranger's text is in the script before bash reads it. Hand it over by env.",
    "unpinned-uses": "A tag can be moved to other code tomorrow. Write the commit's hash, the tag behind it.",
    "artipacked": "checkout leaves the token where later steps can read it. Say persist-credentials: false.",
    "excessive-permissions": "GITHUB_TOKEN may do what the repository's default is. Say what is needed.",
    "dangerous-triggers": "This event has the secrets and a token that writes, and anybody can set it off.",
    "cache-poisoning": "A cache that a pull request can fill is read by a job that publishes.",
    "secrets-inherit": "Every secret goes to the called workflow. Name those that it needs.",
    "secrets-outside-env": "The job reads a secret without an environment: no reviewer stands before it.",
    "overprovisioned-secrets": "All secrets at once are handed over. Name the one that is needed.",
    "concurrency-limits": "Two runs of one branch go on side by side. `concurrency` ends the older one.",
    "unpinned-images": "An image by its tag is another image after the next push. Name its digest.",
    "bot-conditions": "The actor can be chosen by whoever causes the event. Ask who wrote the pull request.",
    "github-env": "What is written there sets variables for later steps, by what a stranger wrote.",
    "hardcoded-container-credentials": "A password in the file is in everybody's clone.",
    "self-hosted-runner": "The machine is yours, and a pull request runs on it.",
    "adhoc-packages": "A package named in a step has no lock: another version may come tomorrow.",
}


@dataclass
class Finding:
    """What one rule says, at every line at which it says the same."""

    rule: str
    lines: list[int]
    severity: str
    told: str
    meaning: str
    url: str


def findings(bench: Any, text: str) -> tuple[list[Finding], str]:
    """What zizmor found, worst first, and why it was not asked, where it was not."""
    if bench is None:
        return [], "zizmor runs in the jail of the site this page came from."
    key = "zizmor-" + hashlib.sha256(text.encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        try:
            found = _together(bench.tool("zizmor", {WORKFLOW: text}).json())
        except (bench.Unavailable, bench.Invalid) as error:
            return [], str(error)
        except ValueError:
            return [], "zizmor could not read this file."
        cache.set(key, found, 600)
    order = ["High", "Medium", "Low", "Informational", "Unknown"]
    return sorted(found, key=lambda one: (order.index(one.severity), one.lines)), ""


def _together(told: list[dict[str, Any]]) -> list[Finding]:
    found: dict[tuple[str, str], Finding] = {}
    for one in map(_finding, told):
        known = found.setdefault((one.rule, one.told), one)
        known.lines = sorted({*known.lines, *one.lines})
    return list(found.values())


def _finding(told: dict[str, Any]) -> Finding:
    primary = next(
        (one for one in told["locations"] if one["symbolic"]["kind"] == "Primary"), told["locations"][0]
    )
    severity = told["determinations"]["severity"]
    return Finding(
        rule=told["ident"],
        lines=[primary["concrete"]["location"]["start_point"]["row"] + 1],
        severity=severity if severity in ("High", "Medium", "Low", "Informational") else "Unknown",
        told=primary["symbolic"]["annotation"] or told["desc"],
        meaning=MEANING.get(told["ident"], told["desc"]),
        url=told["url"],
    )
