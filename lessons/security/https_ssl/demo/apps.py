from django.apps import AppConfig


class HttpsSslConfig(AppConfig):
    name = "lessons.security.https_ssl.demo"
    label = "https_ssl"
    verbose_name = "The Harbour Office"
    default_auto_field = "django.db.models.BigAutoField"
