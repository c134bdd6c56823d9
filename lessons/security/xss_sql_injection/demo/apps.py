from django.apps import AppConfig


class XssSqlInjectionConfig(AppConfig):
    name = "lessons.security.xss_sql_injection.demo"
    label = "xss_sql_injection"
    verbose_name = "Harbour Street Books"
    default_auto_field = "django.db.models.BigAutoField"
