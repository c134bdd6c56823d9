from django.apps import AppConfig


class DockerConfig(AppConfig):
    name = "lessons.deployment.docker.demo"
    label = "docker"
    verbose_name = "Containers"
    default_auto_field = "django.db.models.BigAutoField"
