from django.apps import AppConfig


class EnvironmentSecretsConfig(AppConfig):
    name = "lessons.deployment.environment_secrets.demo"
    label = "environment_secrets"
    verbose_name = "Moss Street Bakery"
    default_auto_field = "django.db.models.BigAutoField"
