from django.apps import AppConfig


class CsrfConfig(AppConfig):
    name = "lessons.security.csrf.demo"
    label = "csrf"
    verbose_name = "Copperpot Savings"
    default_auto_field = "django.db.models.BigAutoField"
