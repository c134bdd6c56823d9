from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "lessons.database.relationships.demo"
    label = "relationships"
    verbose_name = "Record company"
    default_auto_field = "django.db.models.BigAutoField"
