"""`python -m lms.cli`, or `django-mastery` where it is installed."""

from __future__ import annotations

import argparse
import os
import sys

from . import commands
from .config import DEFAULT_SITE
from .http import CliError


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="django-mastery", description="Do the exercises of Django Mastery in your own editor."
    )
    known = top.add_subparsers(required=True, metavar="command")
    login = known.add_parser("login", help="make a key for this machine and keep it")
    login.add_argument("--site", default=os.environ.get("DJANGO_MASTERY_SITE", DEFAULT_SITE), metavar="URL")
    login.add_argument("--email", help="asked for where it is missing, as the password is")
    login.add_argument("--key", help="a key that you have already; - reads it from standard input")
    login.set_defaults(run=commands.login)
    logout = known.add_parser("logout", help="revoke this machine's key and forget it")
    logout.set_defaults(run=commands.logout)
    listing = known.add_parser("list", help="the course and how far you are; with a lesson, its exercises")
    listing.add_argument("lesson", nargs="?")
    listing.set_defaults(run=commands.list_lessons)
    get = known.add_parser("get", help="an exercise into a folder, with your draft where you have one")
    get.add_argument("exercise", metavar="LESSON/EXERCISE")
    get.add_argument("--into", metavar="FOLDER", help="LESSON/EXERCISE below this folder")
    get.add_argument("--fresh", action="store_true", help="without your draft")
    get.add_argument("--force", action="store_true", help="throw away what is changed in the folder")
    get.set_defaults(run=commands.get)
    for name, run, words in (
        ("check", commands.check, "look for what would be refused, here, before anything is sent"),
        ("submit", commands.submit, "hand in, follow the checks; 0 passed, 1 not"),
    ):
        command = known.add_parser(name, help=words)
        command.add_argument("folder", nargs="?", default=".")
        command.set_defaults(run=run)
    opening = known.add_parser("open", help="the exercise's page in the browser")
    opening.add_argument("exercise", nargs="?", metavar="LESSON/EXERCISE")
    opening.set_defaults(run=commands.open_page)
    return top


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except CliError as error:
        print(f"django-mastery: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read has read enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
