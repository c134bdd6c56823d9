import json
import re
import shlex
from fnmatch import fnmatchcase

import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from sandbox.jail.examiner import ExerciseTestCase


class Loader(yaml.SafeLoader):
    """YAML 1.2: `on` is a text, and so is yes; 3.10 is a number."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), list(first))

TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\],.]))"
)
BINDING = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
BRACES = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Expression:
    """One of GitHub's, as far as an answer needs them."""

    def __init__(self, source, contexts, status="success"):
        self.contexts, self.status, self.at = contexts, status, 0
        self.tokens, at = [], 0
        source = source.strip()
        while at < len(source):
            found = TOKEN.match(source, at)
            if not found:
                raise ValueError(f"cannot be read: {source}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.tokens.append(("end", ""))

    def value(self, least=0):
        left = self.operand()
        while BINDING.get(self.tokens[self.at][1], 0) > least and self.tokens[self.at][0] == "sign":
            sign = self.take()
            right = self.value(BINDING[sign])
            if sign == "&&":
                left = right if left else left
            elif sign == "||":
                left = left or right
            else:
                one, other = [str(x).lower() if isinstance(x, str) else x for x in (left, right)]
                if type(one) is not type(other):
                    one, other = number(one), number(other)
                left = {"==": one == other, "!=": one != other}.get(sign)
                if left is None:
                    left = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]
        return left

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1][1]

    def operand(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if (kind, text) == ("sign", "!"):
            return not self.operand()
        if (kind, text) == ("sign", "("):
            found = self.value()
            self.take()
        elif kind == "text":
            return text.replace("''", "'")
        elif kind == "number":
            return float(text)
        elif self.tokens[self.at] == ("sign", "("):
            found = self.call(text.lower())
        else:
            found = {"true": True, "false": False}.get(text, self.contexts.get(text))
        while self.tokens[self.at] in (("sign", "."), ("sign", "[")):
            key = self.take() == "." and self.take()
            if not key:
                key = self.value()
                self.take()
            if isinstance(found, list):
                found = found[int(key)] if isinstance(key, float) and key < len(found) else None
            else:
                found = found.get(key) if isinstance(found, dict) else None
        return found

    def call(self, name):
        self.at += 1
        given = []
        while self.tokens[self.at] != ("sign", ")"):
            given.append(self.value())
            if self.tokens[self.at] == ("sign", ","):
                self.at += 1
        self.at += 1
        shown = [text_of(one) for one in given]
        if name in ("success", "failure", "cancelled"):
            return self.status == name
        known = {
            "always": lambda: True,
            "contains": lambda: given[1] in given[0] if isinstance(given[0], list) else shown[1] in shown[0],
            "startswith": lambda: shown[0].startswith(shown[1]),
            "endswith": lambda: shown[0].endswith(shown[1]),
            "format": lambda: shown[0].format(*shown[1:]),
            "fromjson": lambda: json.loads(shown[0]),
            "tojson": lambda: json.dumps(given[0]),
            "join": lambda: (shown[1] if given[1:] else ",").join(map(text_of, given[0])),
            "hashfiles": lambda: "0123abcd",
        }
        return known[name]()


def number(found):
    try:
        return float(found or 0)
    except (TypeError, ValueError):
        return float("nan")


def text_of(found):
    if isinstance(found, bool) or found is None:
        return {True: "true", False: "false", None: ""}[found]
    return f"{found:g}" if isinstance(found, float) else str(found)


def filled(given, contexts, status="success"):
    """What GitHub makes of a value: one expression keeps its type, a text has them put in."""
    if not isinstance(given, str):
        return given
    whole = BRACES.fullmatch(given.strip())
    if whole and given.count("${{") == 1:
        return Expression(whole[1], contexts, status).value()
    return BRACES.sub(lambda found: text_of(Expression(found[1], contexts, status).value()), given)


def holds(condition, contexts, status="success"):
    """`if:`, with the success() that GitHub adds."""
    if condition is None:
        return status == "success"
    text = text_of(condition) if not isinstance(condition, str) else condition.strip()
    whole = BRACES.fullmatch(text)
    if not whole and BRACES.search(text):
        return status == "success" and filled(text, contexts, status) != ""
    text = whole[1] if whole else text
    if (
        not re.search(r"\b(success|failure|always|cancelled)\s*\(", text, re.IGNORECASE)
        and status != "success"
    ):
        return False
    return bool(Expression(text, contexts, status).value())


def github(event="push", branch="main", number=7):
    """The contexts of one of three events: a push, a pull request, a start by hand."""
    pull = event.startswith("pull_request")
    ref = f"refs/pull/{number}/merge" if pull else f"refs/heads/{branch}"
    told = {"repository": {"default_branch": "main"}}
    if pull:
        base = {"ref": "main", "repo": {"full_name": "harbour/tides"}}
        head = {"ref": branch, "sha": "c0ffee", "repo": {"full_name": "mallory/tides", "fork": True}}
        told["pull_request"] = {"number": number, "title": "Fix", "head": head, "base": base}
        told["number"] = number
    known = {
        "event_name": event,
        "ref": ref if event != "pull_request_target" else "refs/heads/main",
        "ref_name": branch if not pull else f"{number}/merge",
        "ref_type": "branch",
        "head_ref": branch if pull else "",
        "base_ref": "main" if pull else "",
        "workflow": "CI",
        "repository": "harbour/tides",
        "run_id": f"{event}{branch}{number}",
        "sha": f"sha of {branch}",
        "actor": "ada",
        "event": told,
    }
    needs = {"lint": {"result": "success"}, "test": {"result": "success"}}
    return {
        "github": known,
        "vars": {},
        "env": {},
        "inputs": {},
        "needs": needs,
        "matrix": {},
        "runner": {"os": "Linux"},
    }


def listed(found):
    return [] if found is None else found if isinstance(found, list) else [found]


def begins(workflow, event, branch="main"):
    """Whether the event starts the workflow: `branches` are names, or patterns with `*`."""
    on = workflow["on"]
    rules = on.get(event, False) if isinstance(on, dict) else (None if event in listed(on) else False)
    if rules is False:
        return False
    rules = rules or {}
    target = branch if event == "push" else "main"
    if "types" in rules and not set(listed(rules["types"])) & {"opened", "synchronize"}:
        return False
    if "branches" in rules:
        names = listed(rules["branches"])
    elif "branches-ignore" in rules:
        return not any(fnmatchcase(target, name) for name in listed(rules["branches-ignore"]))
    elif event == "push" and "tags" in rules:
        return False
    else:
        return True
    fits = [name for name in names if fnmatchcase(target, name.removeprefix("!"))]
    return bool(fits) and not fits[-1].startswith("!")


def above(workflow, name):
    """The jobs that have to be over before this one."""
    found, todo = set(), listed(workflow["jobs"][name].get("needs"))
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += listed(workflow["jobs"].get(one, {}).get("needs"))
    return found


def steps(job):
    return [step for step in job.get("steps") or [] if isinstance(step, dict)]


def uses(step, action):
    return str(step.get("uses", "")).partition("@")[0].lower() == action


def commands(job):
    """Every command of the job's scripts as words, without what stands before a program."""
    found = []
    for step in steps(job):
        lexer = shlex.shlex(
            str(step.get("run", "")).replace("\\\n", " ").replace("\n", " ;; "), None, True, ";&|()"
        )
        lexer.whitespace_split, command = True, []
        try:
            words = list(lexer)
        except ValueError:
            continue
        for word in [*words, ";"]:
            if word and set(word) <= set(";&|()"):
                found.append(without_prefix(command))
                command = []
            else:
                command.append(word)
    return [command for command in found if command]


def without_prefix(words):
    while words:
        if words[:2] in (["uv", "run"], ["poetry", "run"], ["pipenv", "run"], ["pipx", "run"]):
            words = words[2:]
        elif words[:3] in (["coverage", "run", "-m"], ["python", "-m", "coverage"]):
            words = words[3:]
        elif words[0] == "uvx":
            words = words[1:]
        elif words[:2] == ["coverage", "run"]:
            words = words[2:]
        elif words[0] in ("python", "python3"):
            words = words[1:]
            while words and words[0].startswith("-") and words[0] != "-c":
                words = words[1:]
        elif "=" in words[0] and not words[0].startswith("-"):
            words = words[1:]
        else:
            break
    return [words[0].removeprefix("./"), *words[1:]] if words else words


def runs(job, *starts):
    """Whether one of its commands begins with one of these words."""
    return any(
        command[: len(start.split())] == start.split() for command in commands(job) for start in starts
    )


FILE = ".github/workflows/ci.yml"
MARK = "9d41c7"


class Checks(ExerciseTestCase):
    def setUp(self):
        text = self.files.get(FILE, "")
        try:
            self.workflow = yaml.load(text, Loader)
        except yaml.YAMLError as error:
            self.workflow = None
            problem = f"{error}"
        else:
            problem = next((one.message for one in validator().iter_errors(self.workflow)), "")
        self.expect(
            problem[:300],
            "",
            what=f"{FILE} by GitHub's schema.",
            concept="The file is read before any job is",
        )

    def audit(self, rule):
        """What zizmor's rule says, with its lines."""
        if not hasattr(type(self), "told"):
            type(self).told = self.tool("zizmor", {FILE: self.files[FILE]}).json()
        found = []
        for one in self.told:
            if one["ident"] == rule:
                place = next(here for here in one["locations"] if here["symbolic"]["kind"] == "Primary")
                line = place["concrete"]["location"]["start_point"]["row"] + 1
                found.append(f"line {line}: {place['symbolic']['annotation'] or one['desc']}")
        return sorted(set(found))

    def tests_of(self, event):
        """The jobs that run the tests when this happens."""
        contexts = github(event)
        return [
            job
            for job in self.workflow["jobs"].values()
            if runs(job, "manage.py test", "pytest", "django-admin test") and holds(job.get("if"), contexts)
        ]

    def deploying(self):
        found = [(name, job) for name, job in self.workflow["jobs"].items() if runs(job, "deploy.py")]
        self.expect(len(found), 1, what="Jobs that run deploy.py.", concept="The site is still deployed")
        return found[0]

    def test_pull_requests_are_tested(self):
        """Every pull request, and every push to main, runs the tests of what it brings, on both Pythons."""
        for event in ("push", "pull_request"):
            self.expect_true(
                begins(self.workflow, event),
                f"A {event} starts the workflow",
                concept="on: pull_request runs with what the fork may have, and no more",
            )
            jobs = self.tests_of(event)
            self.expect_true(
                jobs,
                f"A job that runs the tests at a {event}",
                concept="A gate that was taken away lets everything through",
            )
            for job in jobs:
                checkouts = [step for step in steps(job) if uses(step, "actions/checkout")]
                self.expect_true(
                    checkouts,
                    "The tests' job checks the repository out",
                    concept="A job begins with an empty directory",
                )
                versions = [text_of(one) for one in self.versions(job)]
                self.expect(
                    sorted(versions),
                    ["3.12", "3.13"],
                    what="Pythons that the tests run on.",
                    concept="strategy.matrix",
                )

    def versions(self, job):
        matrix = (job.get("strategy") or {}).get("matrix") or {}
        found = []
        for axis, values in matrix.items():
            if axis == "include":
                values = [value for one in values for value in one.values()]
            found += (
                [value for value in values if text_of(value).startswith("3.")] if axis != "exclude" else []
            )
        return set(found)

    def test_no_stranger_runs_with_our_rights(self):
        """No event of a fork runs with the rights of this repository."""
        for event in ("pull_request_target", "workflow_run", "issue_comment"):
            self.expect_true(
                not begins(self.workflow, event),
                f"`{event}` does not start this workflow",
                concept="pull_request_target has the secrets and a token that writes, for code of a stranger",
            )

    def test_a_title_is_data(self):
        """A pull request's title is printed, whatever is in it, and nothing of it is run."""
        self.expect(
            self.audit("template-injection"),
            [],
            what="zizmor's template-injection.",
            concept="${{ … }} is put in before bash reads the script",
        )
        contexts = github("pull_request")
        contexts["github"]["event"]["pull_request"]["title"] = MARK
        handed = []
        for job in self.workflow["jobs"].values():
            for step in steps(job) if holds(job.get("if"), contexts) else []:
                scopes = [self.workflow.get("env"), job.get("env"), step.get("env")]
                known = {
                    name: filled(value, contexts) for scope in scopes for name, value in (scope or {}).items()
                }
                names = [name for name, value in known.items() if isinstance(value, str) and MARK in value]
                script = filled(str(step.get("run", "")), contexts)
                if any(name in script for name in names) or "GITHUB_EVENT_PATH" in script:
                    handed.append(step)
        self.expect_true(
            handed,
            "A step that prints the title out of a variable of its environment",
            concept='env: TITLE: ${{ … }}, and "$TITLE" in the script',
        )

    def test_least_permissions(self):
        """GITHUB_TOKEN may read the code, and write nothing."""
        for name, job in self.workflow["jobs"].items():
            rights = job.get("permissions", self.workflow.get("permissions", "the repository's default"))
            given = rights if isinstance(rights, dict) else {"every scope": rights}
            extra = {"id-token", "deployments"} if runs(job, "deploy.py") else set()
            written = {
                scope: level
                for scope, level in given.items()
                if level not in ("read", "none") and scope not in extra
            }
            self.expect(
                written,
                {},
                what=f"Rights of the job '{name}' beyond reading.",
                concept="permissions: contents: read",
            )
            self.expect_true(
                given.get("contents") == "read",
                f"The job '{name}' may read `contents`",
                concept="With `permissions` named, what is not named is none: checkout needs to read",
            )

    def test_the_token_goes_to_the_deployment_only(self):
        """DEPLOY_TOKEN reaches the step that deploys, from the environment `production`, and no other job."""
        name, job = self.deploying()
        environment = job.get("environment")
        environment = environment.get("name") if isinstance(environment, dict) else environment
        self.expect(
            environment,
            "production",
            what=f"The environment of '{name}'.",
            concept="environment: its secrets, its reviewers",
        )
        secret = "hidden-" + MARK
        contexts = {**github("push"), "secrets": {"DEPLOY_TOKEN": secret}}
        for other, body in [("the whole workflow", self.workflow), *self.workflow["jobs"].items()]:
            if other == name:
                continue
            parts = [body.get("env")] if other == "the whole workflow" else [body]
            self.expect_true(
                not asks(parts, contexts, secret),
                f"`{other}` does not ask for DEPLOY_TOKEN",
                concept="Everything a job runs, tests and their packages too, can read its environment",
            )
        for step in steps(job):
            scopes = [job.get("env"), step.get("env")]
            handed = {
                key: filled(value, contexts) for scope in scopes for key, value in (scope or {}).items()
            }
            if handed.get("DEPLOY_TOKEN") == secret and "deploy.py" in str(step.get("run", "")):
                return
        self.expect_true(
            False,
            "The step that runs deploy.py has DEPLOY_TOKEN in its environment",
            concept="env of the step",
        )

    def test_deployed_from_main_only(self):
        """A push to main is deployed after the tests; no pull request is, and no other branch."""
        name, job = self.deploying()
        tests = {
            one
            for one, body in self.workflow["jobs"].items()
            if runs(body, "manage.py test", "pytest", "django-admin test")
        }
        self.expect_true(
            tests & above(self.workflow, name),
            f"'{name}' needs the job that tests",
            concept="needs: without it both begin at once",
        )
        for event, branch, wanted in (
            ("push", "main", True),
            ("pull_request", "fix", False),
            ("push", "fix", False),
        ):
            goes = begins(self.workflow, event, branch) and holds(job.get("if"), github(event, branch))
            self.expect(
                goes,
                wanted,
                what=f"Whether a {event} of {branch} is deployed.",
                concept="if: github.ref is refs/pull/7/merge for a pull request",
            )
        self.expect(
            holds(job.get("if"), github("push"), "failure"),
            False,
            what="Whether it is deployed after tests that failed.",
            concept="if: always() overrides needs",
        )

    def test_actions_are_pinned(self):
        """Every action is named by the hash of a commit."""
        self.expect(
            self.audit("unpinned-uses"),
            [],
            what="zizmor's unpinned-uses.",
            concept="A tag can be moved, a hash cannot",
        )
        for job in self.workflow["jobs"].values():
            for step in steps(job):
                ref = str(step.get("uses", "@" + "0" * 40)).partition("@")[2]
                self.expect(
                    len(ref),
                    40,
                    what=f"Characters of the hash in {step.get('uses')}.",
                    concept="A short hash is looked up as a name",
                )


def asks(parts, contexts, secret):
    """Whether any text in there becomes the secret."""
    todo = list(parts)
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, str) and "secrets" in one:
            try:
                found = filled(one, contexts)
            except (ValueError, KeyError, TypeError, IndexError):
                continue
            if secret in json.dumps(found):
                return True
    return False


def validator():
    return Draft7Validator(get_builtin_schema("vendor.github-workflows"))
