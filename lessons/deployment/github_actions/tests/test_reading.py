"""How a workflow is read: YAML, schema, matrix, conditions, scripts. Nothing of it needs a jail."""

import re
from pathlib import Path

import pytest

from lessons.deployment.github_actions.demo import (
    documents,
    drawing,
    events,
    expressions,
    plan,
    schema,
    shell,
)
from lessons.deployment.github_actions.demo.matrix import BadMatrix, expand
from lessons.deployment.github_actions.demo.programs import Act, NotHere, recognise
from lessons.deployment.github_actions.demo.seed import CHECKOUT

WORKFLOW = (CHECKOUT / "ci.yml").read_text()
JOB = "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n"


def problems(text):
    return [(problem.line, problem.text) for problem in schema.problems(documents.read(text))]


def contexts(event="push", **more):
    github = events.Event(event, title="hello").context(3, "CI")
    return {"github": github, "env": {}, "vars": {}, "inputs": {}, **more}


def test_on_stays_a_key_and_an_empty_value_is_null():
    data = documents.read(WORKFLOW).data
    assert list(data)[:2] == ["name", "on"]
    assert data["on"]["pull_request"] is None
    assert documents.read("a: yes\nb: 010\nc: 3.10\nd: true\n").data == {
        "a": "yes",
        "b": 10,
        "c": 3.1,
        "d": True,
    }


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("on: push\njobs:\n" + JOB.replace("runs-on", "run-on"), 4, "did you mean 'runs-on'?"),
        ("on: push\njobs:\n" + JOB.replace("    runs-on: ubuntu-latest\n", ""), 3, "runs-on"),
        ("on: pull-request\njobs:\n" + JOB, 1, "pull-request"),
        ("on: push\njobs:\n" + JOB + "    needs: lint\n", 7, "needs the job 'lint', which is not here"),
        ("on: push\njobs:\n" + JOB + "    needs: test\n", 2, "No job can begin"),
        ("on: push\njobs:\n" + JOB + JOB, 7, "'test' is already defined"),
        ("on: push\njobs:\n\ttest:\n", 3, "Not YAML"),
        ("on: push\njobs:\n" + JOB.replace("- run", "- name: x\n        runs"), 7, "did you mean 'run'?"),
        ("", 1, "empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, line, told):
    found = problems(text)
    assert any(number == line and told in words for number, words in found), found


def test_the_workflow_of_the_first_day_is_one():
    assert problems(WORKFLOW) == []


def test_a_file_of_aliases_within_aliases_is_refused_quickly():
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    assert "too much" in problems(text)[0][1]
    assert problems("a: &a [*a]\n")


def test_a_matrix_is_expanded_as_in_githubs_documentation():
    matrix = {
        "fruit": ["apple", "pear"],
        "animal": ["cat", "dog"],
        "include": [
            {"color": "green"},
            {"color": "pink", "animal": "cat"},
            {"fruit": "apple", "shape": "circle"},
            {"fruit": "banana"},
            {"fruit": "banana", "animal": "cat"},
        ],
    }
    assert expand(matrix) == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_exclude_goes_before_include():
    matrix = {"python": ["3.11", "3.13"], "os": ["linux", "mac"]}
    left = expand(matrix | {"exclude": [{"python": "3.11"}], "include": [{"python": "3.11", "os": "mac"}]})
    assert left == [
        {"python": "3.13", "os": "linux"},
        {"python": "3.13", "os": "mac"},
        {"python": "3.11", "os": "mac"},
    ]
    assert expand({"include": [{"a": 1}, {"a": 2}]}) == [{"a": 1}, {"a": 2}]
    with pytest.raises(BadMatrix):
        expand({"a": [1], "exclude": [{"a": 1}]})
    with pytest.raises(BadMatrix, match="has to be a list"):
        expand({"a": "${{ 1 }}"})


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("github.ref == 'REFS/heads/main'", True),
        ("github.event_name == 'push' && 'yes' || 'no'", "yes"),
        ("github.event.pull_request.title || github.event.head_commit.message", "hello"),
        ("!cancelled() && (1 < 2)", True),
        ('contains(fromJSON(\'["push", "tag"]\'), github.event_name)', True),
        ("format('{0} of {1}', 'it''s', 3)", "it's of 3"),
        ("startsWith(github.ref, 'refs/heads/')", True),
        ("github.nothing.at.all", None),
        ("github.event.pull_request == null", True),
        ("join(fromJSON('[1, 2]'), '-')", "1-2"),
        ("0 == ''", True),
    ],
)
def test_expressions(source, found):
    functions = {"cancelled": lambda: False}
    assert expressions.evaluate(source, contexts(functions=functions)) == found


def test_a_condition_without_a_status_function_wants_success():
    for well in (True, False):
        known = contexts(
            functions={
                "success": lambda well=well: well,
                "always": lambda: True,
                "failure": lambda well=well: not well,
            }
        )
        assert expressions.condition(None, known) is well
        assert expressions.condition("github.ref_name == 'main'", known) is well
        assert expressions.condition("${{ always() }}", known) is True
        assert expressions.condition("failure()", known) is not well
        # A text around the braces is a text, and true whatever is in them.
        assert expressions.condition("${{ false }} == true", known) is well


@pytest.mark.parametrize("source", ["github.", "nosuch.x", "success(", "a b", "nosuch()", "'open", "$"])
def test_what_is_no_expression_is_said_to_be_none(source):
    with pytest.raises(expressions.BadExpression):
        expressions.evaluate(source, contexts())


def test_events_are_filtered():
    on = {
        "push": {"branches": ["main", "release/**", "!release/old"], "paths-ignore": ["docs/**"]},
        "pull_request": None,
    }

    def refusal(branch, *changed):
        return events.refusal(on, events.Event("push", branch, changed=changed))

    assert refusal("main", "tides/views.py") == ""
    assert refusal("release/a/b", "docs/x.md", "x.py") == ""
    assert "branches" in refusal("release/old", "x.py")
    assert "branches" in refusal("feature", "x.py")
    assert "paths-ignore" in refusal("main", "docs/x.md")
    assert events.refusal(on, events.Event("pull_request", "feature")) == ""
    assert "names push, pull_request" in events.refusal(on, events.Event("workflow_dispatch"))
    assert "tags only" in events.refusal({"push": {"tags": ["v*"]}}, events.Event("push"))
    assert events.refusal(["push"], events.Event("push")) == ""


def test_jobs_come_with_their_matrix_and_their_place():
    data = documents.read(WORKFLOW).data
    jobs = plan.jobs_of(data, contexts())
    assert [job.title for job in jobs] == [
        "lint",
        "test (3.11, UTC, true)",
        "test (3.11, Asia/Kolkata)",
        "test (3.13, UTC)",
        "deploy",
    ]
    graph = drawing.draw(jobs)
    assert [box.id for box in sorted(graph.boxes, key=lambda box: box.x)] == ["lint", "test", "deploy"]
    assert len(graph.edges) == 3


def test_a_matrix_of_another_jobs_output_is_not_followed_and_said_so():
    text = WORKFLOW.replace('python: ["3.11", "3.13"]', "python: ${{ fromJSON(needs.lint.outputs.pythons) }}")
    with pytest.raises(plan.BadPlan, match="made of another job's output"):
        plan.jobs_of(documents.read(text).data, contexts())


def test_a_fork_gets_no_right_to_write():
    data = {"permissions": "write-all"}
    assert plan.allowed(data, {}, events.Event("push")) == {"everything": "write"}
    assert plan.allowed(data, {}, events.Event("pull_request")) == {"everything": "read"}
    assert plan.allowed(data, {"permissions": {"contents": "read"}}, events.Event("push")) == {
        "contents": "read"
    }
    assert plan.allowed({"permissions": {}}, {}, events.Event("push")) == {}


def words(script, **environment):
    return [(command.after, command.words, command.strange) for command in shell.parse(script, environment)]


def test_a_script_is_cut_into_commands():
    script = "set -e\npython manage.py check && echo 'a  b' \"$X c\" # why\nfalse || true; echo \\\n  done\n"
    assert words(script, X="1; rm 2") == [
        (";", ("set", "-e"), ""),
        (";", ("python", "manage.py", "check"), ""),
        ("&&", ("echo", "a  b", "1; rm 2 c"), ""),
        (";", ("false",), ""),
        ("||", ("true",), ""),
        (";", ("echo", "done"), ""),
    ]


@pytest.mark.parametrize(
    "script",
    [
        "cat x | sh",
        "echo $(id)",
        "echo `id`",
        "echo x > y",
        "sleep 9 &",
        "(id)",
        'echo "x',
        "echo ${X:-y}",
        "cat < x",
    ],
)
def test_what_only_a_shell_can_do_is_called_strange(script):
    assert any(strange for _, _, strange in words(script)), words(script)


@pytest.mark.parametrize(
    ("line", "act"),
    [
        ("python manage.py test tides -v 2", Act("django", ("test", "tides", "-v", "2"))),
        ("python3 -m pytest -q tides", Act("pytest", ("-q", "tides"))),
        ("pytest", Act("pytest")),
        (
            "python -Wall manage.py check --deploy --fail-level WARNING",
            Act("django", ("check", "--deploy", "--fail-level", "WARNING")),
        ),
        ("ruff check .", Act("ruff-check")),
        ("ruff format --check .", Act("ruff-format")),
        ("python -m unittest", Act("unittest")),
        ("python --version", Act("version")),
    ],
)
def test_what_runs_here(line, act):
    assert recognise(line.split()) == act


@pytest.mark.parametrize(
    "line",
    [
        "pip install django",
        "curl https://example.org",
        "./deploy.sh",
        "bash -c id",
        "python manage.py runserver",
        "python manage.py shell",
        "python manage.py test --parallel 4",
        "python manage.py test --settings=other",
        "python manage.py makemigrations",
        "python manage.py loaddata /etc/passwd",
        "python manage.py check /etc/passwd",
        "python -m http.server",
        "python /etc/x.py",
        "pytest -p evil",
        "pytest --rootdir=/",
        "pytest ../x",
        "ruff check --fix .",
        "ruff format .",
        "ruff check /etc",
        "sudo python manage.py test",
    ],
)
def test_what_does_not_run_here_is_said_by_name(line):
    answer = recognise(line.split())
    assert isinstance(answer, NotHere) and answer.why, answer


def test_the_courses_own_release_is_what_the_text_shows():
    here = Path(__file__)
    text = (here.parents[1] / "lesson.md").read_text()
    release = (here.parents[4] / ".github/workflows/release.yml").read_text()
    [shown] = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "id-token" in block]
    assert shown in release
    assert problems(release) == []
