from django.apps import AppConfig


class OtpConfig(AppConfig):
    name = "lessons.authentication.otp.demo"
    label = "otp"
    verbose_name = "Alder Archive"
    default_auto_field = "django.db.models.BigAutoField"
