from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.dashboard.scale.make import NoCourse, Plan, make, real_learners, remove

WIDTH = 30


class Command(BaseCommand):
    help = (
        "Makes up learners with classes, progress and submissions, to see how the teacher's pages do with "
        "many. Not for a database with real learners, unless told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=10_000)
        parser.add_argument("--submissions", type=int, default=2_000_000, help="of all of them together")
        parser.add_argument(
            "--exercises", type=int, default=60, help="invents some where the course has fewer"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same work")
        parser.add_argument("--among-real-learners", action="store_true")
        parser.add_argument("--remove", action="store_true", help="remove what this command has made")

    def handle(self, **options: Any) -> None:
        if options["remove"]:
            self.stdout.write(f"Removed {remove():,} accounts that were made up.")
            return
        if min(options["learners"], options["submissions"], options["exercises"]) < 1:
            raise CommandError("Give numbers from 1 on.")
        real = real_learners()
        if real and not options["among_real_learners"]:
            raise CommandError(
                f"There are {real:,} learners who were not made up. Use another database, or say "
                "--among-real-learners; --remove takes out again what was made."
            )
        plan = Plan(options["learners"], options["submissions"], options["exercises"], options["seed"])
        bar = _Bar(self.stdout, plan.submissions)
        try:
            make(plan, timezone.now(), bar)
        except NoCourse as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"\nMade {plan.learners:,} learners and {plan.submissions:,} submissions.")


class _Bar:
    """A line that fills; on what is no terminal, a line for each tenth."""

    def __init__(self, out: Any, whole: int) -> None:
        self._out, self._whole, self._began, self._said = out, whole, time.monotonic(), -1

    def __call__(self, made: int) -> None:
        share = made / self._whole
        left = (time.monotonic() - self._began) * (1 / share - 1) if share else 0
        text = f"{100 * share:3.0f} %  {made:,} of {self._whole:,} submissions, {left:.0f} s left"
        if self._out.isatty():
            full = "#" * int(WIDTH * share)
            self._out.write(f"\r[{full:<{WIDTH}}] {text}   ", ending="")
            self._out.flush()
        elif int(10 * share) > self._said:
            self._said = int(10 * share)
            self._out.write(text)
