"""What the lab does in the background. Every task is given the key of its job, and asks for the rest."""

import os
import time

from celery.utils.time import get_exponential_backoff_interval
from django.core.mail import send_mail

from . import gateway
from .celery import app
from .models import Job, Print, Round


class TornFrame(Exception):
    pass


@app.task(name="lab.develop", bind=True)
def develop(self, *, job):
    """Frame by frame, and says how far it is."""
    order = Job.objects.get(pk=job)
    frames = order.options["frames"]
    for done in range(1, frames + 1):
        time.sleep(order.options["pace"])
        self.update_state(state="PROGRESS", meta={"done": done, "of": frames})
    return {"frames": frames}


@app.task(name="lab.charge", bind=True, max_retries=4, throws=(gateway.Declined,))
def charge(self, *, job):
    """Asks the bank; if that is busy or silent, again later, and each time later."""
    order = Job.objects.get(pk=job)
    key = job if order.options["keyed"] else None
    try:
        payment = gateway.book(order, cents=1450, key=key)
    except (gateway.Busy, gateway.LineLost) as error:
        wait = get_exponential_backoff_interval(
            factor=1,
            retries=self.request.retries,
            maximum=8,
            full_jitter=order.options["jitter"],
        )
        raise self.retry(exc=error, countdown=wait) from error
    return {"payment": payment.pk, "tries": self.request.retries + 1}


@app.task(name="lab.remind")
def remind(*, job):
    order = Job.objects.get(pk=job)
    send_mail("Your prints are ready", f"{order.title}.", None, ["customer@silvergrain.example"])
    return "sent"


@app.task(name="lab.scan")
def scan(developed, *, job):
    """The second of a chain: its first argument is what the task before it returned."""
    time.sleep(Job.objects.get(pk=job).options["pace"])
    return {**developed, "scanned": developed["frames"]}


@app.task(name="lab.scan_frame", throws=(TornFrame,))
def scan_frame(number, *, job):
    options = Job.objects.get(pk=job).options
    time.sleep(options["pace"] * (1 + number % 3))
    if number == options["torn"]:
        raise TornFrame(f"Frame {number} is torn.")
    return number


@app.task(name="lab.contact_sheet")
def contact_sheet(frames, *, job):
    """The body of the chord: it gets the results of all, in their order, once all have succeeded."""
    return {"frames": frames}


def expose(self, *, job):
    """Six sheets, of which each costs paper. If it is run twice, what was done is there already."""
    order = Job.objects.get(pk=job)
    for number in range(1, 7):
        if order.options["careful"] and order.prints.filter(number=number).exists():
            continue
        time.sleep(order.options["pace"])
        Print.objects.create(job=order, number=number, pid=os.getpid())
        self.update_state(state="PROGRESS", meta={"done": number, "of": 6})
    return {"sheets": order.prints.count()}


# region: acks
# Acknowledged before it runs: whoever dies with it takes it along.
print_early = app.task(name="lab.print_early", bind=True)(expose)
# Acknowledged after it ran. If its process is killed, the worker notices,
# and acknowledges, too.
print_late = app.task(name="lab.print_late", bind=True, acks_late=True)(expose)
# … unless it is told to give the message back.
print_again = app.task(
    name="lab.print_again",
    bind=True,
    acks_late=True,
    reject_on_worker_lost=True,
)(expose)
# endregion: acks


@app.task(name="lab.night_round", ignore_result=True)
def night_round():
    Round.objects.create(waiting=Job.objects.exclude(events__kind="ended").distinct().count())
