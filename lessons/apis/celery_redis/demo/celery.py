"""The lab's Celery application. On its own it would be `celery -A demo worker -c 3`."""

from celery import Celery

app = Celery("lab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_default_queue="lab",
    beat_schedule={
        "night-round": {"task": "lab.night_round", "schedule": 2.0, "options": {"expires": 2}},
    },
)
# Threads other than the importing one would find Celery's disabled default application.
app.set_default()
