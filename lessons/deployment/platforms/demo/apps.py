from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "lessons.deployment.platforms.demo"
    label = "platforms"
    verbose_name = "Three platforms"
    default_auto_field = "django.db.models.BigAutoField"
