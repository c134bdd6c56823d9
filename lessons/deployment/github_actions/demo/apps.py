from django.apps import AppConfig


class GithubActionsConfig(AppConfig):
    name = "lessons.deployment.github_actions.demo"
    label = "github_actions"
    verbose_name = "Pipelines"
    default_auto_field = "django.db.models.BigAutoField"
