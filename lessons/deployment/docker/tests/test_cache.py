"""The rules of the cache, one by one. They are those of Docker's documentation of BuildKit."""

import pytest

from lessons.deployment.docker.demo import cache, context, reading

FILES = {
    "requirements.txt": "Django\n",
    "manage.py": "print()\n",
    "menu/views.py": "x = 1\n",
    "menu/models.py": "y = 1\n",
    ".env": "SECRET_KEY=x\n",
}
ORDERED = """
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN python manage.py check
CMD ["gunicorn"]
"""


def keys(text: str, files: dict | None = None) -> dict[str, str]:
    """Key by text of the step, of those that make a layer."""
    plan = cache.plan(reading.read(text), FILES if files is None else files)
    assert plan.error == ""
    return {one.step.text: one.key for one in plan.planned if one.key}


def again(one: str, other: str, files: dict | None = None) -> list[str]:
    """Steps of the second Dockerfile, or with the second files, that the first has left no key for."""
    cached = set(keys(one).values())
    return [text for text, key in keys(other, files).items() if key not in cached]


def with_(**changed) -> dict:
    return FILES | {name.replace("__", "/").replace("_py", ".py"): text for name, text in changed.items()}


def test_nothing_changed_nothing_runs():
    assert again(ORDERED, ORDERED) == []


def test_a_changed_file_runs_the_copy_and_all_that_follows():
    assert again(ORDERED, ORDERED, with_(menu__views_py="x = 2\n")) == [
        "COPY . .",
        "RUN python manage.py check",
    ]


def test_other_requirements_run_nearly_everything():
    changed = again(ORDERED, ORDERED, FILES | {"requirements.txt": "Django==5.2\n"})
    assert changed == list(keys(ORDERED))[1:]


def test_a_file_that_is_new_or_gone_counts():
    for files in (FILES | {"menu/urls.py": ""}, {k: v for k, v in FILES.items() if k != "menu/models.py"}):
        assert again(ORDERED, ORDERED, files)[0] == "COPY . ."


def test_an_ignored_file_does_not_count():
    before = FILES | {".dockerignore": ".env\n"}
    cached = set(keys(ORDERED, before).values())
    assert set(keys(ORDERED, before | {".env": "SECRET_KEY=other\n"}).values()) == cached


def test_the_dockerfile_itself_is_a_file_of_the_context():
    assert again(ORDERED, ORDERED, FILES | {"Dockerfile": ORDERED})[0] == "COPY . ."


def test_a_changed_command_runs_itself_and_what_follows():
    changed = ORDERED.replace("pip install", "pip install --no-cache-dir")
    assert [text.split()[0] for text in again(ORDERED, changed)] == ["RUN", "COPY", "RUN"]


@pytest.mark.parametrize(
    "line", ["EXPOSE 8000", "LABEL a=b", 'HEALTHCHECK CMD ["true"]', "STOPSIGNAL SIGINT"]
)
def test_settings_of_the_image_change_no_step(line):
    assert again(ORDERED, ORDERED.replace("WORKDIR", f"{line}\nWORKDIR")) == []


@pytest.mark.parametrize("line", ["ENV A=1", "ARG A=1", "USER app", 'SHELL ["/bin/bash", "-c"]'])
def test_what_a_command_sees_changes_commands_and_no_copy_before_them(line):
    changed = again(ORDERED, ORDERED.replace("COPY req", f"{line}\nCOPY req"))
    assert changed[0] == "RUN pip install -r requirements.txt"


def test_an_arg_of_which_nobody_reads_still_counts():
    one = ORDERED.replace("COPY . .", "ARG REVISION=1\nCOPY . .")
    assert again(one, one.replace("=1", "=2")) == ["RUN python manage.py check"]


def test_going_back_finds_the_old_keys():
    first, second = keys(ORDERED), keys(ORDERED, with_(menu__views_py="x = 2\n"))
    assert set(keys(ORDERED).values()) <= {*first.values(), *second.values()}


def test_another_base_image_runs_everything():
    assert len(again(ORDERED, ORDERED.replace("3.12", "3.13"))) == len(keys(ORDERED))


def test_a_bind_mount_counts_as_a_copy_and_cache_and_secret_do_not():
    run = "RUN --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt"
    text = f"FROM python:3.12\n{run}\n"
    assert again(text, text, FILES | {"requirements.txt": "x\n"}) == [run]
    assert again(text, text, with_(menu__views_py="x = 2\n")) == []
    for mount in ("type=cache,target=/root/.cache", "type=secret,id=env,target=/app/.env"):
        text = f"FROM python:3.12\nRUN --mount={mount} pip install x\n"
        assert again(text, text, FILES | {".env": "other\n"}) == []


def test_a_linked_copy_does_not_mind_what_is_below():
    one = "FROM python:3.12\nRUN echo 1\nCOPY --link manage.py /app/\nRUN echo 3\n"
    assert again(one, one.replace("echo 1", "echo 2")) == ["RUN echo 2", "RUN echo 3"]
    plain = one.replace("--link ", "")
    assert len(again(plain, plain.replace("echo 1", "echo 2"))) == 3


STAGES = """
FROM python:3.12 AS packages
COPY requirements.txt ./
RUN pip install --prefix /install -r requirements.txt
FROM packages AS test
COPY . /app
RUN pytest
FROM python:3.12-slim
COPY --from=packages /install /usr/local
COPY manage.py /app/
"""


def test_a_stage_that_the_last_one_does_not_need_is_not_built():
    assert "RUN pytest" not in keys(STAGES)
    needed = [stage.title for stage in reading.read(STAGES).needed()]
    assert needed == ["packages", "stage 2"]


def test_a_changed_stage_changes_who_copies_from_it():
    changed = again(STAGES, STAGES, FILES | {"requirements.txt": "x\n"})
    assert changed[-2:] == ["COPY --from=packages /install /usr/local", "COPY manage.py /app/"]
    assert again(STAGES, STAGES, FILES | {"manage.py": "2\n"}) == ["COPY manage.py /app/"]


def test_a_stage_goes_on_where_its_parent_ended():
    text = "FROM python:3.12 AS a\nRUN echo 1\nENV A=1\nARG B=2\nFROM a\nRUN echo 2\n"
    plan = cache.plan(reading.read(text), FILES)
    assert plan.image.env == {"A": "1"}
    assert plan.image.args == {"B": "2"}


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("*.py", ["a/b.py", "a/c/d.py", "e.txt"]),
        ("**/*.py", ["e.txt"]),
        ("a", ["e.txt", "z.py"]),
        ("/a/", ["e.txt", "z.py"]),
        ("a/*\n!a/b.py", ["a/b.py", "e.txt", "z.py"]),
        ("*\n!a/**/d.py", ["a/c/d.py"]),
        ("# a\n\n", ["a/b.py", "a/c/d.py", "e.txt", "z.py"]),
        ("?.txt", ["a/b.py", "a/c/d.py", "z.py"]),
        ("[a-f].txt", ["a/b.py", "a/c/d.py", "z.py"]),
        ("!a\n**", []),
    ],
)
def test_dockerignore(pattern, left):
    files = dict.fromkeys(["a/b.py", "a/c/d.py", "e.txt", "z.py"], "")
    assert sorted(context.visible(files | {".dockerignore": pattern})) == sorted(
        left + ([] if pattern.startswith("*\n") or pattern == "!a\n**" else [".dockerignore"])
    )


@pytest.mark.parametrize(
    ("line", "placed"),
    [
        ("COPY . .", {"/app/manage.py", "/app/menu/views.py"}),
        ("COPY . /srv/", {"/srv/manage.py", "/srv/menu/views.py"}),
        ("COPY menu /srv/menu", {"/srv/menu/views.py"}),
        ("COPY menu/ .", {"/app/views.py"}),
        ("COPY manage.py .", {"/app/manage.py"}),
        ("COPY manage.py ./", {"/app/manage.py"}),
        ("COPY manage.py /bin/start", {"/bin/start"}),
        ("COPY manage.py /app", {"/app/manage.py"}),
        ("COPY *.py /x/", {"/x/manage.py"}),
        ("COPY menu/*.py manage.py /x/", {"/x/manage.py", "/x/views.py"}),
        ('COPY ["manage.py", "/a b/"]', {"/a b/manage.py"}),
        ("COPY --chown=app:app manage.py $HOME/", {"/home/app/manage.py"}),
    ],
)
def test_where_files_lie(line, placed):
    text = f"FROM python:3.12\nENV HOME=/home/app\nWORKDIR /app\n{line}\n"
    plan = cache.plan(reading.read(text), {"manage.py": "1", "menu/views.py": "2"})
    assert set(plan.image.files) == placed


def test_what_is_not_there_ends_the_build():
    plan = cache.plan(reading.read("FROM x\nCOPY manage.py /a\nCOPY nothing.txt /b\nRUN echo\n"), FILES)
    assert plan.error.startswith('Line 3: "/nothing.txt": not found')
    assert plan.image is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("RUN x\n", 1),
        ("FROM a\nRUUN x\n", 2),
        ("FROM a\nRUN\n", 2),
        ("FROM a\nRUN <<EOF\nls\nEOF\n", 2),
    ],
)
def test_what_cannot_be_read(text, line):
    with pytest.raises(reading.BadDockerfileError) as caught:
        reading.read(text)
    assert caught.value.line == line


def test_lines_that_go_on_comments_and_args():
    text = (
        "# syntax=docker/dockerfile:1\nARG V=3.12\nFROM --platform=linux/amd64 python:${V}-slim as Base\n"
        "RUN a \\\n  # why\n  && b\n"
    )
    [stage] = reading.read(text).stages
    assert (stage.base, stage.name) == ("python:3.12-slim", "Base")
    assert [step.text for step in stage.steps] == ["RUN a && b"]
