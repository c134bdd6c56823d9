"""The pages say what was computed, keep nothing that cannot be read, and forget nothing that was built."""

import pytest
from bs4 import BeautifulSoup

from lessons.deployment.docker.demo import sizes
from lessons.deployment.docker.demo.models import Build, CachedStep, File
from lessons.deployment.docker.demo.seed import DOCKERFILES, example


@pytest.fixture
def browser(visit):
    return visit("docker")


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def key(browser, path: str) -> int:
    with browser.world():
        return File.objects.get(path=path).pk


def edit(browser, path: str, how: str = "line") -> None:
    assert browser.post(f"files/{key(browser, path)}/change/", {"how": how}).status_code == 302


def built(browser) -> list[str]:
    """Build, and the states of its steps."""
    assert browser.post("builds/").status_code == 302
    with browser.world():
        return [one["state"] for one in Build.objects.latest("pk").steps if one["key"]]


def facts(browser) -> dict[str, str]:
    return {
        row.dt.text: " ".join(row.dd.text.split()) for row in soup(browser.get("")).select(".facts > div")
    }


@pytest.mark.parametrize("name", DOCKERFILES)
def test_every_example_is_drawn(browser, name):
    browser.post(f"examples/{name}/")
    response = browser.get("")
    assert response.status_code == 200
    assert "style=" not in response.text
    assert soup(response).select("svg.graph rect")


def test_other_pages_answer(browser):
    for path in (
        "files/",
        f"files/{key(browser, 'manage.py')}/",
        "compose/",
        "compose/?broken=db&fault=sick",
    ):
        assert browser.get(path).status_code == 200, path
    assert browser.get("builds/7/").status_code == 404
    assert browser.post("examples/nothing/").status_code == 404


def test_a_view_changes_and_the_packages_go_too(browser):
    assert built(browser) == ["run"] * 4
    assert built(browser) == ["cached"] * 4
    edit(browser, "menu/views.py")
    assert built(browser) == ["cached", "run", "run", "run"]
    page = soup(browser.get("builds/3/"))
    assert "changed: menu/views.py" in page.text
    assert "packages installed again" in browser.traces[-2]["messages"][0]["text"]


def test_put_in_order_the_packages_stay(browser):
    browser.post("examples/ordered/")
    built(browser)
    edit(browser, "menu/views.py")
    states = built(browser)
    assert states[:4] == ["cached"] * 4
    assert set(states[4:]) == {"run"}


def test_which_file_moves_which_step(browser):
    browser.post("examples/ordered/")
    browser.post(f"files/{key(browser, '.dockerignore')}/", {"text": ".env\n"})
    rows = {
        row.th.text: [cell.text for cell in row.select("td")]
        for row in soup(browser.get("")).select(".matrix tbody tr")
    }
    kept, again = "cached", "runs again"
    assert rows["menu/views.py"] == [kept, kept, kept, kept, again, again]
    assert rows["requirements.txt"] == [kept, kept, again, again, again, again]
    assert rows["Dockerfile"] == rows["README.md"] == rows["menu/views.py"]
    assert set(rows[".env"]) == {kept}


def test_only_the_time_of_a_file_changes_nothing(browser):
    built(browser)
    edit(browser, "menu/views.py", "touch")
    assert set(built(browser)) == {"cached"}


def test_back_to_what_it_was_is_in_the_cache(browser):
    built(browser)
    with browser.world():
        before = File.objects.get(path="menu/views.py").text
    edit(browser, "menu/views.py")
    built(browser)
    browser.post(f"files/{key(browser, 'menu/views.py')}/", {"text": before.replace("\n", "\r\n")})
    assert set(built(browser)) == {"cached"}


def test_prune(browser):
    built(browser)
    browser.post("cache/prune/")
    with browser.world():
        assert not CachedStep.objects.exists()
    assert set(built(browser)) == {"run"}


def test_a_build_that_fails_says_where_and_keeps_its_steps(browser):
    browser.post("", {"text": "FROM python:3.12-slim\nWORKDIR /app\nCOPY nothing.txt .\n"})
    assert built(browser) == ["run"]
    assert "not found in the build context" in browser.get("builds/1/").text
    assert (
        "failed." in [m["text"] for t in browser.traces for m in t["messages"] if "Build 1" in m["text"]][0]
    )


def test_what_cannot_be_read_is_not_saved(browser):
    response = browser.post("", {"text": "FROM python\nRUUN x\n"})
    assert response.status_code == 422
    assert "Line 2: unknown instruction: RUUN" in response.text
    with browser.world():
        assert "RUUN" not in File.objects.get(path="Dockerfile").text


def test_facts_of_the_first_image(browser):
    found = facts(browser)
    assert found["Runs as"].startswith("root")
    assert "runserver" in found["Starts"]
    assert "development server" in found["Starts"]
    for place in ("/app/.env", "/app/.git/config", "/app/db.sqlite3", "SECRET_KEY"):
        assert place in found["Inside, and should stay out"]


def test_facts_of_a_good_one(browser):
    browser.post(f"files/{key(browser, '.dockerignore')}/", {"text": ".env\n.git\n*.sqlite3\n"})
    browser.post("examples/stages/")
    found = facts(browser)
    assert found["Runs as"] == "app"
    assert "gunicorn" in found["Starts"]
    assert found["Inside, and should stay out"] == "nothing found"


def test_packages_are_measured(browser):
    files = {"requirements.txt": "Django==5.2.*\n"}
    size, told = sizes.packages_of("pip install -r requirements.txt", files)
    assert size > 5_000_000
    assert "asgiref, django, sqlparse" in told
    size, told = sizes.packages_of("python -m venv /v && /v/bin/pip install django no-such-package", {})
    assert "not known: no-such-package" in told
    assert sizes.packages_of("apt-get install -y gcc", {}) == (None, "only running it would tell")
    assert sizes.packages_of("pip install 'unclosed", {})[0] is None


def test_packages_of_another_stage_come_along(browser):
    browser.post("examples/stages/")
    text = soup(browser.get("")).select_one(".sizes").text
    assert "COPY --from=packages /opt/venv /opt/venv: measured: asgiref, django" in " ".join(text.split())


def test_hadolint_is_asked(here, browser):
    page = soup(browser.get(""))
    assert {"DL3007", "DL3064", "DL3042", "DL3025"} <= {code.text for code in page.select(".findings code")}
    browser.post("examples/stages/")
    assert not soup(browser.get("")).select(".findings .mark.error, .findings .mark.warning")


def test_without_a_jail_the_page_says_so(browser, monkeypatch):
    monkeypatch.delenv("JAIL_SOCKET", raising=False)
    assert "hadolint was not asked" in browser.get("").text


def test_files_are_kept_below_the_folder(browser):
    for path in ("../x", "/etc/passwd", "a\\b", "."):
        assert browser.post("files/", {"path": path}).status_code == 422, path
    assert browser.post("files/", {"path": "notes/todo.txt"}).status_code == 302
    assert browser.post("files/", {"path": "notes/todo.txt"}).status_code == 422
    edit(browser, "notes/todo.txt", "delete")
    edit(browser, "Dockerfile", "delete")
    with browser.world():
        assert not File.objects.filter(path="notes/todo.txt").exists()
        assert File.objects.filter(path="Dockerfile").exists()


def test_ignored_files_are_marked(browser):
    browser.post(f"files/{key(browser, '.dockerignore')}/", {"text": ".env\n"})
    rows = soup(browser.get("files/")).select("tr.ignored")
    assert [row.a.text for row in rows] == [".env"]


def test_compose_is_saved_only_if_it_can_start(browser):
    text = example("compose.yaml")
    assert browser.post("compose/", {"text": text.replace("image: redis", "imgae: redis")}).status_code == 422
    circle = text.replace("image: redis:7-bookworm", "image: redis:7-bookworm\n    depends_on: [worker]")
    response = browser.post("compose/", {"text": circle})
    assert response.status_code == 422
    assert soup(response).select("svg .circle")
    assert browser.post("compose/", {"text": text}).status_code == 302
    with browser.world():
        assert File.objects.get(path="compose.yaml").text == text


def test_who_does_not_start(browser):
    page = soup(browser.get("compose/", {"broken": "db", "fault": "sick"}))
    assert page.select_one("#left").text == "Not started because of db: migrate, web, worker."
