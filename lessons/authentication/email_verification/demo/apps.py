from django.apps import AppConfig


class EmailVerificationConfig(AppConfig):
    name = "lessons.authentication.email_verification.demo"
    label = "email_verification"
    verbose_name = "Harbour Notices"
    default_auto_field = "django.db.models.BigAutoField"
