"""The bank's side: it may be busy, decline, or book and then lose the line. It lives in the job's own row."""

from django.db import transaction

from .models import Job, Payment


class Busy(Exception):
    """Not now. Nothing was booked."""


class LineLost(Exception):
    """No answer came. Whether it was booked, the caller cannot know."""


class Declined(Exception):
    """No, and asking again would not help."""


def book(job: Job, cents: int, key: str | None) -> Payment:
    if job.options["card"] == "declined":
        raise Declined("The card is blocked.")
    trouble = next_trouble(job)
    if trouble == "busy":
        raise Busy("503 from the bank: try again later.")
    booking = {"job": job, "cents": cents}
    if key is None:
        payment = Payment.objects.create(**booking)
    else:
        payment, _ = Payment.objects.get_or_create(key=key, defaults=booking)
    if trouble == "lost":
        raise LineLost("The line broke before the answer came.")
    return payment


@transaction.atomic
def next_trouble(job: Job) -> str:
    """The trouble that the visitor has ordered, used up one by one."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.options["trouble"] and job.options["times"] > 0:
        job.options["times"] -= 1
        job.save(update_fields=["options"])
        return job.options["trouble"]
    return ""
