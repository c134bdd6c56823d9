from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.operations.retention import RULES, prune


class Command(BaseCommand):
    help = "Remove what is not kept for ever (docs/operation.md); beat does so every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how much there is")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        found = prune(timezone.now(), dry_run=dry_run)
        word = "would go" if dry_run else "gone"
        for rule in RULES:
            self.stdout.write(f"{found[rule.name]:>8}  {word}: {rule.what}")
