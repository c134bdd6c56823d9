from django.apps import AppConfig


class SocialLoginConfig(AppConfig):
    name = "lessons.authentication.social_login.demo"
    label = "social_login"
    verbose_name = "Lantern Walks"
    default_auto_field = "django.db.models.BigAutoField"
