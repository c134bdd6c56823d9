from django.apps import AppConfig


class AsyncViewsConfig(AppConfig):
    name = "lessons.apis.async_views.demo"
    label = "async_views"
    verbose_name = "Eight Buoys"
    default_auto_field = "django.db.models.BigAutoField"
