"""The Celery application. `celery -A lms worker -Q grading` where REDIS_URL is set; embedded otherwise."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Without it, threads other than the importing one find Celery's disabled default application.
app.set_default()
