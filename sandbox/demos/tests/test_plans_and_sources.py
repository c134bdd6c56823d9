"""EXPLAIN and the code around a query's line: for the visitor whose request it was, and nobody else."""

import shutil

import pytest
from django.test import Client

from sandbox.demos import feeds
from sandbox.demos.worlds import World
from sandbox.xray.plans import NoPlanError, plan_in_file

STAGE = "/stage/yard/sandpit/xray"


@pytest.fixture
def ada(visit):
    browser = visit("sandpit")
    browser.get()
    return browser


def select_of(browser) -> tuple[str, int]:
    trace = browser.traces[-1]
    (index,) = [n for n, query in enumerate(trace["queries"]) if "sandpit_castle" in query["sql"]]
    return trace["id"], index


def test_a_query_is_explained(ada):
    trace, index = select_of(ada)
    response = ada.get(f"{STAGE}/{trace}/queries/{index}/plan")

    assert response.status_code == 200
    assert response.json()["plan"] == [{"depth": 0, "text": "SCAN sandpit_castle", "mark": "scan"}]


def test_explaining_is_not_a_request_to_the_demo(ada):
    trace, index = select_of(ada)
    ada.get(f"{STAGE}/{trace}/queries/{index}/plan")

    assert len(ada.traces) == 1


def test_another_visitor_gets_neither_plan_nor_source(ada, visit):
    trace, index = select_of(ada)
    for stranger in (visit("sandpit"), Client()):
        for what in ("plan", "source"):
            assert stranger.get(f"{STAGE}/{trace}/queries/{index}/{what}").status_code == 404


def test_a_trace_of_another_lesson_is_not_found(ada):
    trace, index = select_of(ada)

    assert ada.get(f"/stage/authentication/login_logout/xray/{trace}/queries/{index}/plan").status_code == 404


def test_what_is_not_there_is_not_found(ada):
    trace, _ = select_of(ada)
    for path in (f"{trace}/queries/99/plan", f"{trace}/queries/99/source", "nothing/queries/0/plan"):
        assert ada.get(f"{STAGE}/{path}").status_code == 404
    for kind in ("exception", "tasks", "frames", "cookies"):
        assert ada.get(f"{STAGE}/{trace}/{kind}/0/source").status_code == 404
    assert ada.post(f"{STAGE}/{trace}/queries/0/plan").status_code == 405


def test_after_a_reset_there_is_nothing_to_explain(ada):
    trace, index = select_of(ada)
    ada.post("/stage/yard/sandpit/reset")

    assert ada.get(f"{STAGE}/{trace}/queries/{index}/plan").status_code == 404


def test_sql_from_the_browser_is_not_listened_to(ada):
    trace, index = select_of(ada)
    response = ada.get(f"{STAGE}/{trace}/queries/{index}/plan", {"sql": "SELECT 1", "query": "SELECT 1"})

    assert response.json()["plan"][0]["text"] == "SCAN sandpit_castle"


def test_the_code_around_the_line_of_a_view(ada):
    ada.post("", {"name": "Windsor"})
    trace = ada.traces[-1]
    (index,) = [n for n, query in enumerate(trace["queries"]) if query["sql"].startswith("INSERT")]
    shown = ada.get(f"{STAGE}/{trace['id']}/queries/{index}/source").json()

    line = trace["queries"][index]["source"]["line"]
    assert (shown["file"], shown["line"], shown["changed"]) == ("demo/views.py", line, False)
    assert [one["number"] for one in shown["lines"]] == list(range(line - 4, line + 5))
    text = {one["number"]: "".join(part for _, part in one["parts"]) for one in shown["lines"]}
    assert text[line] == '        Castle.objects.create(name=request.POST["name"])'
    assert ["literal", '"'] in shown["lines"][4]["parts"]


def test_the_code_around_the_line_of_a_template(ada):
    trace, index = select_of(ada)
    shown = ada.get(f"{STAGE}/{trace}/queries/{index}/source").json()

    assert shown["file"] == "demo/templates/sandpit/castles.html"
    (line,) = [one for one in shown["lines"] if one["number"] == shown["line"]]
    assert "{% for castle in castles %}" in "".join(part for _, part in line["parts"])


def test_the_code_around_the_line_that_raised(ada):
    ada.get("boom/")
    trace = ada.traces[-1]
    shown = ada.get(f"{STAGE}/{trace['id']}/exception/0/source").json()

    assert (shown["file"], shown["line"]) == ("demo/views.py", trace["exception"]["frames"][0]["line"])


@pytest.mark.parametrize(
    "file",
    ["../../track.toml", "/etc/passwd", "django/db/models/query.py", "exercises/a/solution/views.py", "demo"],
)
def test_only_files_of_the_lesson_are_shown(ada, file):
    world = World(ada.visitor, ada.demo)
    source = {"file": file, "line": 1, "function": "f", "code": ""}
    query = {"sql": "SELECT 1", "source": source}
    feeds.add(world, {**ada.traces[-1], "id": "made", "queries": [query]})
    solution = ada.demo.folder / "exercises/a/solution/views.py"
    solution.parent.mkdir(parents=True)
    solution.write_text("secret\n")
    try:
        assert ada.get(f"{STAGE}/made/queries/0/source").status_code == 404
    finally:
        shutil.rmtree(ada.demo.folder / "exercises")


def test_a_query_without_a_line_has_no_source(ada):
    world = World(ada.visitor, ada.demo)
    feeds.add(world, {**ada.traces[-1], "id": "made", "queries": [{"sql": "SELECT 1", "source": None}]})

    assert ada.get(f"{STAGE}/made/queries/0/source").status_code == 404


def test_what_has_no_plan_says_why(ada):
    world = World(ada.visitor, ada.demo)
    statements = ["BEGIN", "SELECT * FROM nowhere", "PRAGMA user_version"]
    queries = [{"sql": sql, "source": None} for sql in statements]
    feeds.add(world, {**ada.traces[-1], "id": "made", "queries": queries})
    answers = [ada.get(f"{STAGE}/made/queries/{index}/plan") for index in range(3)]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert "no such table: nowhere" in answers[1].json()["error"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DELETE FROM sandpit_castle",
        "WITH x AS (SELECT 1) SELECT 1; DROP TABLE sandpit_castle",
        "VACUUM INTO '/tmp/copy'",
        "EXPLAIN SELECT 1",
        "ATTACH '/tmp/other' AS other",
    ],
)
def test_explaining_cannot_do_anything_else(ada, sql):
    with pytest.raises(NoPlanError):
        plan_in_file(World(ada.visitor, ada.demo).file(), sql)


def test_explaining_a_change_changes_nothing(ada):
    file = World(ada.visitor, ada.demo).file()
    before = file.read_bytes()

    assert plan_in_file(file, "DELETE FROM sandpit_castle WHERE name = 'x'")[0]["mark"] == "scan"
    assert plan_in_file(file, "DELETE FROM sandpit_castle") == []
    assert plan_in_file(file, "UPDATE sandpit_castle SET name = 'x' WHERE id = 1")[0]["mark"] is None
    assert file.read_bytes() == before
