from django.apps import AppConfig


class TailwindConfig(AppConfig):
    name = "lessons.frontend.tailwind.demo"
    label = "tailwind"
    verbose_name = "Mountain huts"
    default_auto_field = "django.db.models.BigAutoField"
