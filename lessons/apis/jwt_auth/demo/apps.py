from django.apps import AppConfig


class JwtAuthConfig(AppConfig):
    name = "lessons.apis.jwt_auth.demo"
    label = "jwt_auth"
    verbose_name = "Parcel lockers"
    default_auto_field = "django.db.models.BigAutoField"
