from django.apps import AppConfig


class GunicornNginxConfig(AppConfig):
    name = "lessons.deployment.gunicorn_nginx.demo"
    label = "gunicorn_nginx"
    verbose_name = "The Tea House"
    default_auto_field = "django.db.models.BigAutoField"
