from django.apps import AppConfig


class BirdLogConfig(AppConfig):
    name = "lessons.apis.rest_framework.demo"
    label = "rest_framework_demo"
    verbose_name = "Bird log"
    default_auto_field = "django.db.models.BigAutoField"
