import json
import re
import shlex
from fnmatch import fnmatchcase
from itertools import product

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


def outcome(step, failure):
    """What `steps.<id>` says when the step with one of these commands has failed."""
    found = "failure" if runs({"steps": [step]}, *failure) else "success"
    return {"outcome": found, "conclusion": "success" if step.get("continue-on-error") is True else found}


FILE = ".github/workflows/ci.yml"
TESTS = ("manage.py test", "pytest", "django-admin test")
WANTED = [
    ("3.10", "sqlite"),
    ("3.12", "postgres"),
    ("3.12", "sqlite"),
    ("3.13", "postgres"),
    ("3.13", "sqlite"),
    ("3.14", "sqlite"),
]


def expand(matrix):
    """The combinations: products, minus `exclude`, then `include` one by one."""
    axes = {key: listed(values) for key, values in matrix.items() if key not in ("include", "exclude")}
    originals = [dict(zip(axes, values)) for values in product(*axes.values())] if axes else []
    for rule in matrix.get("exclude") or []:
        originals = [
            one for one in originals if not all(one.get(key) == value for key, value in rule.items())
        ]
    found = [dict(one) for one in originals]
    for extra in matrix.get("include") or []:
        fits = [
            n
            for n, one in enumerate(originals)
            if all(one.get(key, value) == value for key, value in extra.items())
        ]
        for n in fits:
            found[n].update(extra)
        if not fits:
            found.append(dict(extra))
    return found


class Checks(ExerciseTestCase):
    def setUp(self):
        text = self.files.get(FILE, "")
        try:
            self.workflow = yaml.load(text, Loader)
        except yaml.YAMLError as error:
            problem = f"{error}"
        else:
            validator = Draft7Validator(get_builtin_schema("vendor.github-workflows"))
            problem = next((one.message for one in validator.iter_errors(self.workflow)), "")
        self.expect(
            problem[:300],
            "",
            what=f"{FILE} by GitHub's schema.",
            concept="The file is read before any job is",
        )

    def job(self, *starts):
        """The one job that has such a command."""
        found = [(name, job) for name, job in self.workflow["jobs"].items() if runs(job, *starts)]
        self.expect(
            len(found),
            1,
            what=f"Jobs that run {starts[0]}.",
            concept="jobs: what a job does stands in the `run` of its steps",
        )
        for step in steps(found[0][1]):
            if runs({"steps": [step]}, *starts):
                break
            if uses(step, "actions/checkout"):
                return found[0]
        self.expect_true(
            False,
            f"A checkout in '{found[0][0]}', before its command",
            concept="A job begins with an empty directory",
        )

    def tests(self):
        return self.job(*TESTS)

    def combinations(self):
        _, job = self.tests()
        matrix = filled((job.get("strategy") or {}).get("matrix"), github()) or {}
        self.expect_true(
            isinstance(matrix, dict) and matrix, "The tests' job has a matrix", concept="strategy.matrix"
        )
        return job, expand(matrix)

    def test_when_it_begins(self):
        """It begins at a push to main and at every pull request, and at no other push."""
        for event, branch, wanted in (
            ("push", "main", True),
            ("pull_request", "fix", True),
            ("push", "fix", False),
        ):
            self.expect(
                begins(self.workflow, event, branch),
                wanted,
                what=f"Whether a {event} of {branch} starts it.",
                concept="on: the events that begin a run; branches: which pushes count",
            )
        self.expect(
            begins(self.workflow, "pull_request_target"),
            False,
            what="Whether pull_request_target starts it.",
            concept="A stranger's code with your rights",
        )

    def test_lint_then_tests(self):
        """ruff looks first; tests begin when it found nothing, at a push and at a pull request."""
        lint, job = self.job("ruff check")
        name, tests = self.tests()
        self.expect_true(
            lint != name, "Two jobs", concept="needs is between jobs; steps of one job are in order anyway"
        )
        self.expect_in(
            lint,
            sorted(above(self.workflow, name)),
            what=f"What '{name}' needs.",
            concept="needs: the jobs that have to succeed before this one",
        )
        for event in ("push", "pull_request"):
            for body in (job, tests):
                self.expect_true(
                    holds(body.get("if"), github(event)),
                    f"Both run at a {event}",
                    concept="if: without one, a job runs whenever its needs succeeded",
                )
        self.expect(
            holds(tests.get("if"), github(), "failure"),
            False,
            what="Whether tests begin after lint failed.",
            concept="if: always() also runs after a failure",
        )

    def test_the_matrix(self):
        """The tests run six times: the combinations of the table, each with the version as it is written."""
        _, found = self.combinations()
        got = sorted((text_of(one.get("python")), text_of(one.get("database"))) for one in found)
        self.expect(
            got,
            WANTED,
            what="Combinations of python and database.",
            concept="exclude goes first, then include; 3.10 without quotes is the number 3.1",
        )

    def test_each_gets_its_python_and_its_database(self):
        """Each of the six installs its own Python, keeps pip's cache, and tells the tests its database."""
        job, found = self.combinations()
        setups = [step for step in steps(job) if uses(step, "actions/setup-python")]
        self.expect_true(
            setups,
            "actions/setup-python in the tests' job",
            concept="The machine has some Python; which one is up to its image",
        )
        for one in found:
            contexts = {**github(), "matrix": one}
            given = [
                text_of(filled((step.get("with") or {}).get("python-version"), contexts)) for step in setups
            ]
            self.expect_in(
                text_of(one["python"]),
                given,
                what="python-version of setup-python.",
                concept="${{ matrix.python }}",
            )
            handed = []
            for step in steps(job):
                if runs({"steps": [step]}, "manage.py test", "pytest", "django-admin test"):
                    scopes = [self.workflow.get("env"), job.get("env"), step.get("env")]
                    handed += [
                        text_of(filled(value, contexts))
                        for scope in scopes
                        for key, value in (scope or {}).items()
                        if key == "DATABASE"
                    ]
            self.expect_true(
                handed[-1:] == [one["database"]],
                f"DATABASE={one['database']} in the environment of the tests",
                concept="env: DATABASE: ${{ matrix.database }}",
            )
        cached = any((step.get("with") or {}).get("cache") == "pip" for step in setups)
        kept = any(
            uses(step, "actions/cache") and "pip" in text_of((step.get("with") or {}).get("path"))
            for step in steps(job)
        )
        self.expect_true(
            cached or kept,
            "pip's downloads are cached",
            concept="setup-python's `cache: pip`, or actions/cache on ~/.cache/pip",
        )

    def test_one_failure_does_not_hide_the_others(self):
        """All six are run to their end, and only Python 3.14 may fail without the pipeline being red."""
        job, found = self.combinations()
        fast = filled((job.get("strategy") or {}).get("fail-fast", True), github())
        self.expect(
            fast,
            False,
            what="fail-fast.",
            concept="By default the first failure cancels the rest of the matrix",
        )
        for one in found:
            excused = bool(filled(job.get("continue-on-error", False), {**github(), "matrix": one}))
            self.expect(
                excused,
                text_of(one["python"]) == "3.14",
                what=f"Whether Python {text_of(one['python'])} may fail.",
                concept="continue-on-error: ${{ … }} of the matrix",
            )
        for step in steps(job):
            if runs({"steps": [step]}, "manage.py test", "pytest", "django-admin test"):
                allowed = [
                    bool(filled(step.get("continue-on-error", False), {**github(), "matrix": one}))
                    for one in found
                    if text_of(one["python"]) != "3.14"
                ]
                self.expect_true(
                    not any(allowed),
                    "A failing test fails its job",
                    concept="continue-on-error of a step hides it in every combination",
                )

    def test_logs_are_kept_of_failures(self):
        """When tests fail, log/ is uploaded as an artifact, under a name of its own for each of the six."""
        job, found = self.combinations()
        uploads = [step for step in steps(job) if uses(step, "actions/upload-artifact")]
        self.expect_true(
            uploads,
            "actions/upload-artifact in the tests' job",
            concept="Artifacts: what is left when the machine is thrown away",
        )
        failed = {
            **github(),
            "matrix": found[0],
            "job": {"status": "failure"},
            "steps": {step["id"]: outcome(step, failure=TESTS) for step in steps(job) if "id" in step},
        }
        after = [holds(step.get("if"), failed, "failure") for step in uploads]
        self.expect_true(
            any(after),
            "It is uploaded after a failure",
            concept="A step without `if` is skipped after a failure: if: failure()",
        )
        names = {
            text_of(filled((step.get("with") or {}).get("name", "artifact"), {**github(), "matrix": one}))
            for step in uploads
            for one in found
        }
        self.expect(
            len(names),
            len(found),
            what="Names of artifacts of the six.",
            concept="upload-artifact v4 refuses a name that is there already",
        )
        paths = [text_of((step.get("with") or {}).get("path")) for step in uploads]
        self.expect_true(
            any("log" in path for path in paths),
            "path: log/",
            concept="with: path, the folder that is uploaded",
        )

    def test_a_newer_push_ends_the_older_run(self):
        """A newer push to a pull request ends its older run, and no other; runs of main are never cut off."""
        name, job = self.tests()
        settings = [self.workflow.get("concurrency"), job.get("concurrency")]
        settings = [{"group": one} if isinstance(one, str) else one for one in settings if one]
        self.expect_true(
            settings, "A `concurrency`", concept="concurrency: a group, and what happens to older runs of it"
        )

        def group(setting, *event, sha="1"):
            contexts = github(*event)
            contexts["github"].update(sha=sha, run_id=sha)
            return text_of(filled(setting["group"], contexts))

        def cancels(setting, *event):
            return bool(filled(setting.get("cancel-in-progress", False), github(*event)))

        ended = any(
            group(one, "pull_request", "fix", 7) == group(one, "pull_request", "fix", 7, sha="2")
            and cancels(one, "pull_request", "fix")
            for one in settings
        )
        self.expect_true(
            ended,
            "Two runs of one pull request share a group, and the newer cancels",
            concept="group by github.ref or github.head_ref; cancel-in-progress",
        )
        for setting in settings:
            apart = [("pull_request", "fix", 7), ("pull_request", "idea", 8), ("push", "main")]
            self.expect(
                len({group(setting, *event) for event in apart}),
                3,
                what="Groups of two pull requests and a push to main.",
                concept="A group without the ref lets strangers cancel each other",
            )
            same = group(setting, "push", "main") == group(setting, "push", "main", sha="2")
            self.expect_true(
                not (same and cancels(setting, "push", "main")),
                "A run of main is not cancelled",
                concept="cancel-in-progress takes an expression: half a deployment is worse than two",
            )

    def test_deployed_from_main_after_the_tests(self):
        """deploy.py runs with DEPLOY_TOKEN, in `production`, after the tests, for a push to main only."""
        name, job = self.job("deploy.py")
        self.expect_in(
            self.tests()[0],
            sorted(above(self.workflow, name)),
            what=f"What '{name}' needs.",
            concept="needs: the jobs that have to succeed before this one",
        )
        for event, branch, wanted in (("push", "main", True), ("pull_request", "fix", False)):
            self.expect(
                holds(job.get("if"), github(event, branch)),
                wanted,
                what=f"Whether a {event} of {branch} is deployed.",
                concept="if: without one, a job runs whenever its needs succeeded",
            )
        self.expect(
            holds(job.get("if"), github(), "failure"),
            False,
            what="Whether it is deployed after a failure.",
            concept="if: always() also runs after a failure",
        )
        environment = job.get("environment")
        environment = environment.get("name") if isinstance(environment, dict) else environment
        self.expect(
            environment,
            "production",
            what="environment.",
            concept="environment: whose secrets, whose reviewers",
        )
        contexts = {**github(), "secrets": {"DEPLOY_TOKEN": "hidden"}}
        for step in steps(job):
            if runs({"steps": [step]}, "deploy.py"):
                script = filled(str(step["run"]), contexts)
                self.expect_true(
                    "hidden" not in script,
                    "The token is not in the script",
                    concept="A command line is visible to every process of the machine",
                )
                scopes = [job.get("env"), step.get("env")]
                handed = {
                    key: filled(value, contexts) for scope in scopes for key, value in (scope or {}).items()
                }
                self.expect(
                    handed.get("DEPLOY_TOKEN"),
                    "hidden",
                    what="DEPLOY_TOKEN of the step.",
                    concept="env: ${{ secrets.DEPLOY_TOKEN }}",
                )

    def test_zizmor_finds_nothing(self):
        """zizmor has nothing to say: least permissions, hashes for tags, no credentials left behind."""
        told = self.tool("zizmor", {FILE: self.files[FILE]}).json()
        found = set()
        for one in told:
            place = next(here for here in one["locations"] if here["symbolic"]["kind"] == "Primary")
            line = place["concrete"]["location"]["start_point"]["row"] + 1
            found.add(f"{one['ident']}, line {line}: {place['symbolic']['annotation'] or one['desc']}")
        self.expect(
            sorted(found),
            [],
            what="Findings.",
            concept="permissions, hashes instead of tags, persist-credentials: false",
        )
