from django.apps import AppConfig


class CeleryRedisConfig(AppConfig):
    name = "lessons.apis.celery_redis.demo"
    label = "celery_redis"
    verbose_name = "Silver Grain"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The web process has to know the tasks to send them, and the signals to write them down.
        from . import journal, tasks  # noqa: F401
