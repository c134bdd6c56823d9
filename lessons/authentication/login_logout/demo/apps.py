from django.apps import AppConfig


class LoginLogoutConfig(AppConfig):
    name = "lessons.authentication.login_logout.demo"
    label = "login_logout"
    verbose_name = "The Reading Room"
    default_auto_field = "django.db.models.BigAutoField"
