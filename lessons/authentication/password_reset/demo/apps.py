from django.apps import AppConfig


class PasswordResetConfig(AppConfig):
    name = "lessons.authentication.password_reset.demo"
    label = "password_reset"
    verbose_name = "Left Luggage"
    default_auto_field = "django.db.models.BigAutoField"
