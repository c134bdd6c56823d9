from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lms.accounts.models import Learner
from lms.progress.recount import recount

EVERY = 500


class Command(BaseCommand):
    help = (
        "Makes the counts of the teacher's pages again from what learners did: after a restore, or after "
        "missions or exercises were taken out of a lesson."
    )

    def handle(self, **options: Any) -> None:
        total = Learner.objects.count()
        for number, learner in enumerate(Learner.objects.order_by("pk").iterator(), 1):
            recount(learner)
            if number % EVERY == 0:
                self.stdout.write(f"{number} of {total} learners")
        self.stdout.write(f"Counted anew: {total} learners.")
