from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DiscussionConfig(AppConfig):
    name = "lms.discussion"
    label = "discussion"

    def ready(self) -> None:
        from lms.discussion.groups import ensure_moderators

        # Permissions are made after migrations have run, so they are given then, too.
        post_migrate.connect(ensure_moderators, sender=self, dispatch_uid="ensure_moderators")
