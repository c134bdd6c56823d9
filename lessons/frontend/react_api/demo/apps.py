from django.apps import AppConfig


class ReactApiConfig(AppConfig):
    name = "lessons.frontend.react_api.demo"
    label = "react_api"
    verbose_name = "Freewheel"
    default_auto_field = "django.db.models.BigAutoField"
