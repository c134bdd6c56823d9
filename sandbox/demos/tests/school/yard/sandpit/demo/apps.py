from django.apps import AppConfig


class SandpitConfig(AppConfig):
    name = "sandbox.demos.tests.school.yard.sandpit.demo"
    label = "sandpit"
    default_auto_field = "django.db.models.BigAutoField"
