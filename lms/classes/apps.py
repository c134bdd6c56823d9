from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClassesConfig(AppConfig):
    name = "lms.classes"
    label = "classes"

    def ready(self) -> None:
        from lms.classes.groups import ensure_teachers

        # Permissions are made after migrations have run, so the group that has them is, too.
        post_migrate.connect(ensure_teachers, sender=self, dispatch_uid="ensure_teachers")
