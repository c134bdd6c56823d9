"""A process that has Django imported and no settings: it forks for each job, and in a job for each step.

A job comes as a line of JSON, and so does what came of it. It runs in a directory of its own, each step with
its own environment, so that the project is set up anew each time. Only the app's own files are run, never a
visitor's.
"""

import errno
import importlib
import json
import os
import resource
import runpy
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

# gunicorn looks for it when it is imported, and every instance here has the same.
os.environ["PORT"] = "10000"
# Imported once, before the forks.
MODULES = [
    *(
        "environ",
        "gunicorn.app.wsgiapp",
        "gunicorn.workers.sync",
        "whitenoise.middleware",
        "whitenoise.storage",
    ),
    *("django.test.client", "django.contrib.sessions.backends.signed_cookies", "django.core.files.storage"),
    *(
        "django.contrib.sessions.middleware",
        "django.contrib.staticfiles.finders",
        "django.core.handlers.wsgi",
    ),
    *("django.contrib.staticfiles.management.commands.collectstatic", "django.db.backends.sqlite3.base"),
    *("django.contrib.staticfiles.storage", "django.core.checks", "django.core.management.commands.check"),
    *(
        "django.core.management.commands.migrate",
        "django.db.migrations.autodetector",
        "django.middleware.common",
    ),
    *("django.core.management.commands.showmigrations", "django.core.management.commands.makemigrations"),
    *("django.middleware.clickjacking", "django.middleware.csrf", "django.middleware.security"),
    *("django.template.backends.django", "django.template.defaulttags", "django.template.loader_tags"),
    *("django.templatetags.static", "django.urls", "django.views.debug", "django.views.static"),
]
CPU, FILE_BYTES = 30, 16 << 20
MOST_OUTPUT = 20_000
MOST_BODY = 20_000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    for name in MODULES:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(told_of(json.loads(line))), flush=True)


def told_of(job: dict[str, Any]) -> list[dict[str, Any]] | None:
    """What the steps said, or None where the time was up."""
    with tempfile.TemporaryFile() as answer:
        child = os.fork()
        if child == 0:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
            os.chdir(job["folder"])
            answer.write(json.dumps(steps_of(job)).encode())
            answer.flush()
            os._exit(0)
        ends = time.monotonic() + job["seconds"]
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if time.monotonic() > ends:
                os.killpg(child, signal.SIGKILL)
            time.sleep(0.004)
        answer.seek(0)
        told = answer.read()
    return json.loads(told) if told else None


def steps_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    told = []
    for step in job["steps"]:
        told.append(in_a_fork(step, job))
        if told[-1]["exit"] != 0:
            break
    return told


def in_a_fork(step: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as answer:
        child = os.fork()
        if child == 0:
            os._exit(run(step, job, output.fileno(), answer))
        _, status = os.waitpid(child, 0)
        output.seek(0)
        answer.seek(0)
        said = output.read(MOST_OUTPUT).decode(errors="replace")
        answered = answer.read()
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "output": said,
        "answer": json.loads(answered) if answered else None,
        "ms": round((time.monotonic() - began) * 1000),
    }


def run(step: dict[str, Any], job: dict[str, Any], output: int, answer: Any) -> int:
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 1
    try:
        os.environ.clear()
        os.environ.update(job["environment"])
        sys.path.insert(0, str(Path.cwd()))
        sys.dont_write_bytecode = True
        if job["read_only"]:
            make_read_only()
        told = STEPS[step["kind"]](step)
        if told is not None:
            answer.write(json.dumps(told).encode())
            answer.flush()
        code = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:  # noqa: BLE001 - whatever the app raises is told as Python tells it
        told_by_python(error)
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def told_by_python(error: BaseException) -> None:
    """The traceback, without the frames of this file."""
    told: traceback.TracebackException | None = traceback.TracebackException.from_exception(error)
    whole = told
    while told is not None:
        ours = (__file__, "<frozen runpy>")
        told.stack = traceback.StackSummary.from_list([f for f in told.stack if f.filename not in ours])
        told = told.__cause__ or told.__context__
    if whole is not None:
        print("".join(whole.format()), end="", file=sys.stderr)


# region: read-only
def make_read_only() -> None:
    """As in a function of Vercel: only temporary files may be written."""

    app, temporary = Path.cwd(), Path(tempfile.gettempdir())

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writes = isinstance(arguments[0], str) and (arguments[2] or 0) & WRITING
        else:
            writes = event == "os.mkdir"
        if not writes:
            return
        path = app / arguments[0]
        if path.is_relative_to(app) or not path.is_relative_to(temporary):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), arguments[0])

    sys.addaudithook(look)


# endregion: read-only


def manage(step: dict[str, Any]) -> None:
    """`python manage.py …`, the file itself."""
    sys.argv = ["manage.py", *step["arguments"]]
    runpy.run_path("manage.py", run_name="__main__")


def serve(step: dict[str, Any]) -> dict[str, Any]:
    """What gunicorn makes of its arguments: where it would listen, and whether the app loads."""
    import gunicorn.app.wsgiapp

    sys.argv = ["gunicorn", *step["arguments"]]
    server = gunicorn.app.wsgiapp.WSGIApplication()
    server.wsgi()
    return {"listens": [list(address) for address in server.cfg.address], "workers": server.cfg.workers}


def request(step: dict[str, Any]) -> dict[str, Any]:
    """One request through the app's middleware and views, as the platform's router passes it on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django.test.client
    from django.core.files.uploadedfile import SimpleUploadedFile

    django.setup(set_prefix=False)
    client = django.test.client.Client(raise_request_exception=False)
    data = dict(step.get("data") or {})
    if step.get("picture"):
        name, text = step["picture"]
        data["picture"] = SimpleUploadedFile(name, text.encode())
    headers = {"host": step["host"], "x-forwarded-proto": "https"}
    response = getattr(client, step["method"].lower())(step["path"], data or None, headers=headers)
    body = response.getvalue() if response.streaming else response.content
    return {
        "status": response.status_code,
        "type": response.headers.get("Content-Type", ""),
        "location": response.headers.get("Location", ""),
        "body": body[:MOST_BODY].decode(errors="replace"),
    }


STEPS = {"manage": manage, "serve": serve, "request": request}

if __name__ == "__main__":
    main()
