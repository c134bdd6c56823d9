from django.apps import AppConfig


class AggregationConfig(AppConfig):
    name = "lessons.database.aggregation.demo"
    label = "aggregation"
    verbose_name = "Sales"
    default_auto_field = "django.db.models.BigAutoField"
