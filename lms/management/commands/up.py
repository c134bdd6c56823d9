from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from lms.accounts.local import ensure_local_accounts
from lms.processes import CannotStart, Process, Supervisor, answers, check_port, only_one
from lms.settings.local_secrets import read_or_create


class Command(BaseCommand):
    help = (
        "Start all of Django Mastery: the course, the live demos, and the jail that grades exercises. "
        "Prepares the database and loads the lessons first. Ctrl-C stops everything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", default=os.environ.get("PORT", "8000"), help="the course's port (PORT, 8000)"
        )
        parser.add_argument(
            "--demos-port",
            default=os.environ.get("DEMOS_PORT", "8001"),
            help="the demos' port (DEMOS_PORT, 8001)",
        )
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")

    def handle(self, *args: Any, port: str, demos_port: str, host: str, **options: Any) -> None:
        try:
            course, demos = _port("PORT", port), _port("DEMOS_PORT", demos_port)
            if course == demos:
                raise CannotStart(f"The course and the demos cannot both use port {course}. Set DEMOS_PORT.")
            with only_one(settings.VAR_DIR / "up.lock"):
                check_port(course, "PORT")
                check_port(demos, "DEMOS_PORT")
                sys.exit(self._run(course, demos, host))
        except CannotStart as error:
            raise CommandError(str(error)) from error

    def _run(self, port: int, demos_port: int, host: str) -> int:
        # Where collectstatic would put files: empty here, and WhiteNoise wants it to exist.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        self._step("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("roles", stdout=StringIO())
        self._step("Loading the lessons")
        try:
            call_command("load_lessons", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            # A lesson with a mistake in it must not keep the others from being read.
            self._say(f"load_lessons: {error}")
        accounts = ensure_local_accounts() if not settings.DATABASE_URL else []
        # A unix socket's path may have 107 characters: the checkout's own folder can be deeper than that.
        with tempfile.TemporaryDirectory(prefix="django-mastery-") as runtime:
            processes = _processes(port, demos_port, host, Path(runtime) / "jail.sock")

            def announce() -> None:
                self.stdout.write(self.style.SUCCESS(f"\n  The course:  http://localhost:{port}/"))
                for account in accounts:
                    password = account.password or "(the one that you chose)"
                    self.stdout.write(f"  {account.role + ':':<12} {account.email}   {password}")
                self.stdout.write("  Ctrl-C stops it.\n")
                self.stdout.flush()

            self._step("Starting the course, the demos and the jail")
            sites = [f"http://{host}:{port}/livez", f"http://{host}:{demos_port}/livez"]
            supervisor = Supervisor(processes, self._say)
            return supervisor.run(lambda: all(answers(url) for url in sites), announce)

    def _step(self, text: str) -> None:
        self.stdout.write(f"{text} …")
        self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def _processes(port: int, demos_port: int, host: str, jail_socket: Path) -> list[Process]:
    origin, demos_origin = f"http://localhost:{port}", f"http://localhost:{demos_port}"
    # What was read from a file is handed on as it is, and not named twice.
    shared = {"RECEIPT_KEY": settings.RECEIPT_KEY, "RECEIPT_KEY_FILE": "", "PYTHONUNBUFFERED": "1"}
    site = {
        **shared,
        "DEMOS_ORIGIN": os.environ.get("DEMOS_ORIGIN", demos_origin),
        "SITE_ORIGIN": os.environ.get("SITE_ORIGIN", origin),
        "JAIL_SOCKET": str(jail_socket),
    }
    demos = {
        **shared,
        "DEMOS_SECRET_KEY": read_or_create(settings.VAR_DIR / "secrets" / "demos"),
        "DEMOS_SECRET_KEY_FILE": "",
        "DEMOS_VAR_DIR": str(settings.VAR_DIR / "demos"),
        "DEMOS_ORIGIN": os.environ.get("DEMOS_ORIGIN", demos_origin),
        "LMS_ORIGIN": os.environ.get("SITE_ORIGIN", origin),
        # For the linters that demos may ask: they run there, and nowhere else.
        "JAIL_SOCKET": str(jail_socket),
        "DJANGO_SETTINGS_MODULE": "sandbox.demos.settings",
    }
    demos_server = ["-m", "sandbox.demos", "serve", "--host", host, "--port", str(demos_port)]
    uvicorn = ["-m", "uvicorn", "lms.asgi:application", "--host", host, "--port", str(port)]
    # A verdict with its X-rays is 200 KB: on one's own machine squeezing them takes longer than sending them.
    uvicorn += ["--ws-per-message-deflate", "false"]
    celery = ["-m", "celery", "-A", "lms", "worker", "--beat", "--queues", "grading", "--loglevel", "warning"]
    jail = [sys.executable, "-m", "sandbox.jail", "serve", "--socket", str(jail_socket)]
    processes = [
        Process("the jail", jail, {}, inherits=False),
        Process("the demos", [sys.executable, *demos_server], demos),
        Process("the course", [sys.executable, *uvicorn, "--log-level", "warning"], site),
    ]
    if settings.REDIS_URL:
        processes.append(Process("the grader", [sys.executable, *celery], site))
    return processes


def _port(variable: str, value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise CannotStart(f"{variable} is {value!r}; it has to be a port number, 1 to 65535.")
    return int(value)
