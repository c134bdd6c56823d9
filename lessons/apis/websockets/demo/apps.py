from django.apps import AppConfig


class WebsocketsConfig(AppConfig):
    name = "lessons.apis.websockets.demo"
    label = "websockets"
    verbose_name = "Ridgeline"
    default_auto_field = "django.db.models.BigAutoField"
