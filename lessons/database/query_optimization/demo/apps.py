from django.apps import AppConfig


class QueryOptimizationConfig(AppConfig):
    name = "lessons.database.query_optimization.demo"
    label = "query_optimization"
    verbose_name = "Parcels"
    default_auto_field = "django.db.models.BigAutoField"
