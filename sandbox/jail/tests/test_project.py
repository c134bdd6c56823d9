"""What may be a project, and what is said when something may not."""

import pytest

from sandbox.jail import InvalidProject, Project

BAD_PATHS = {
    "": "no name",
    "/etc/passwd": "absolute",
    "C:/x.py": "absolute",
    "../x.py": "'..'",
    "a/../../x.py": "'..'",
    "./x.py": "'.'",
    "a//b.py": "empty part",
    "a/": "empty part",
    "a\x00.py": "control character",
    "a\nb.py": "control character",
    "a\u202eb.py": "control character",
    "a\\b.py": "backslash",
    "x" * 101: "longer than 100",
    "a/" * 99 + "a.py": "too long|directories deep",
    "a/" * 13 + "a.py": "directories deep",
    "cafe\u0301.py": "NFC",
    "\ud800.py": "not valid Unicode",
    "a /b.py": "space",
    "a./b.py": "dot",
    "__pycache__/x.pyc": "reserved",
    "shop/.git/config": "reserved",
    "django/__init__.py": "would hide the module 'django'",
    "Django/__init__.py": "would hide",
    "json.py": "would hide the module 'json'",
    "sitecustomize.py": "would hide",
}


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_path_that_cannot_be(path: str) -> None:
    with pytest.raises(InvalidProject, match=BAD_PATHS[path]) as raised:
        Project(files={path: ""}).validate()
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    "path",
    [
        "a.py",
        "shop/json.py",
        "templates/email/a.html",
        "späť/ñ.txt",
        ".gitignore",
        "static/os/x.css",
        "a b.txt",
    ],
)
def test_a_path_that_can(path: str) -> None:
    Project(files={path: "x"}).validate()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({f"{n}.txt": "" for n in range(201)}, "201 files; a project has at most 200"),
        ({"a.txt": "x" * (256 * 1024 + 1)}, "larger than 262144 bytes"),
        ({"a.txt": "ä" * (200 * 1024)}, "larger than 262144 bytes"),
        ({f"{n}.txt": "x" * 250_000 for n in range(5)}, "1250000 bytes together"),
        ({"a.txt": "\ud800"}, "not valid Unicode"),
        ({"a.txt": b"bytes"}, "not text"),
        ({"A.py": "", "a.py": ""}, "differ in case only"),
        ({"A/x.py": "", "a/y.py": ""}, "differ in case only"),
        ({"a": "", "a/b.py": ""}, "a file and a directory"),
        ({"A": "", "a/b.py": ""}, "a file and a directory"),
        ({1: ""}, "has to be text"),
    ],
)
def test_files_that_cannot_be_together(files: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidProject, match=message):
        Project(files=files).validate()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"apps": ("shop; import os",)}, "not a dotted Python name"),
        ({"apps": ("",)}, "not a dotted Python name"),
        ({"urls": "../urls"}, "not a dotted Python name"),
        ({"urls": ""}, "not a dotted Python name"),
        ({"seed": "fill"}, "a module and a function"),
        ({"seed": "os.system('x')"}, "not a dotted Python name"),
        ({"apps": ("a",) * 21}, "21 apps"),
    ],
)
def test_names_that_are_no_names(names: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidProject, match=message):
        Project(files={}, **names).validate()  # type: ignore[arg-type]


def test_a_project_cannot_be_changed_after_it_was_checked() -> None:
    files = {"a.py": ""}
    project = Project(files=files)
    files["../b.py"] = ""
    assert dict(project.files) == {"a.py": ""}
    with pytest.raises(TypeError):
        project.files["x"] = ""  # type: ignore[index]
