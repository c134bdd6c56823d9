from django.apps import AppConfig


class PasswordHashingConfig(AppConfig):
    name = "lessons.security.password_hashing.demo"
    label = "password_hashing"
    verbose_name = "Northlight Rowing Club"
    default_auto_field = "django.db.models.BigAutoField"
