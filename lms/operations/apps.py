from celery.signals import worker_ready
from django.apps import AppConfig

from lms.operations.request_ids import follow_into_tasks
from lms.operations.sentry import start_sentry


class OperationsConfig(AppConfig):
    """How the installation is kept: logs, metrics, backups, what is kept for how long."""

    name = "lms.operations"
    label = "operations"

    def ready(self) -> None:
        # Models are there only now.
        from lms.operations.worker_metrics import serve_metrics

        follow_into_tasks()
        worker_ready.connect(serve_metrics, dispatch_uid="metrics")
        start_sentry()
