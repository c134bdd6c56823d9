"""What is wrong with a lesson's folder is said in one line that names it."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sandbox.demos import missions, originals
from sandbox.demos.discovery import Root, find_demos, find_rows

LESSON = '[[lesson]]\nslug = "{}"\nfeature = "F"\nwhy = "W"\n'


@pytest.fixture
def school(tmp_path: Path) -> Path:
    make(tmp_path, "one", "alpha", "beta", position=2)
    make(tmp_path, "two", "gamma", position=1)
    return tmp_path


def make(root: Path, track: str, *slugs: str, position: int) -> None:
    (root / track).mkdir()
    lessons = "\n".join(LESSON.format(slug) for slug in slugs)
    (root / track / "track.toml").write_text(f'title = "{track}"\nposition = {position}\n{lessons}')


def add_demo(root: Path, lesson: str, *files: str) -> None:
    for file in files or ("apps.py", "urls.py"):
        path = root / lesson / "demo" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def demos(root: Path, **options):
    return find_demos([Root(root, "school")], **options)


def test_rows_come_in_the_tracks_order(school):
    assert [row.slug for row in find_rows([Root(school, "school")])] == ["gamma", "alpha", "beta"]


def test_a_row_without_a_demo_is_no_error(school):
    add_demo(school, "one/beta")

    (demo,) = demos(school)
    assert (demo.slug, demo.module, demo.prefix) == ("beta", "school.one.beta.demo", "/one/beta/")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (("one/alpha", "apps.py"), "one/alpha/demo: urls.py is missing"),
        (("one/alpha", "apps.py", "urls.py", "migrations/0001.py"), "migrations/ needs an __init__.py"),
        (
            ("one/delta", "apps.py", "urls.py"),
            "one/delta/demo exists, but one/track.toml does not list delta",
        ),
    ],
)
def test_a_demo_that_cannot_work_is_named(school, files, message):
    add_demo(school, *files)

    with pytest.raises(ImproperlyConfigured, match=message):
        demos(school)


def test_an_author_may_look_at_their_own_lesson_only(school):
    add_demo(school, "one/alpha", "apps.py")
    add_demo(school, "one/beta")

    assert [demo.slug for demo in demos(school, only=["beta"])] == ["beta"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[lesson]", "two/track.toml: "),
        ('[[lesson]]\nslug = "delta"\n', "lacks feature, why"),
        (LESSON.format("has-dashes"), "no Python identifier"),
        (LESSON.format("alpha"), "unique in the whole course: alpha"),
    ],
)
def test_a_wrong_track_is_named(school, text, message):
    (school / "two" / "track.toml").write_text(text)

    with pytest.raises(ImproperlyConfigured, match=message):
        demos(school)


def test_a_mission_without_a_title_is_named(visit, tmp_path, monkeypatch):
    (tmp_path / "playground" / "one" / "alpha").mkdir(parents=True)
    (tmp_path / "playground" / "one" / "alpha" / "missions.py").write_text("def dig(trace, earlier): ...\n")
    make(tmp_path / "playground" / "..", "track", "alpha", position=1)
    monkeypatch.syspath_prepend(tmp_path)
    row = find_rows([Root(tmp_path, "x")])[0]
    demo = missions.Demo(row=row, folder=tmp_path / "playground/one/alpha", package="playground.one.alpha")

    with pytest.raises(ImproperlyConfigured, match="dig needs a docstring"):
        missions.missions_of(demo)


def test_a_change_of_models_or_seed_makes_another_original(visit, monkeypatch, tmp_path):
    demo = visit("sandpit").demo
    before = originals._digest(demo)
    copy = tmp_path / "sandpit"
    for file in demo.folder.rglob("*.*"):
        target = copy / file.relative_to(demo.folder)
        if file.is_file() and "__pycache__" not in file.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    moved = missions.Demo(row=demo.row, folder=copy, package=demo.package)
    assert originals._digest(moved) == before

    (copy / "demo" / "views.py").write_text("# another view")
    (copy / "demo" / "templates" / "sandpit" / "castles.html").write_text("another page")
    assert originals._digest(moved) == before

    (copy / "demo" / "seed.py").write_text("def seed(): ...")
    assert originals._digest(moved) != before
