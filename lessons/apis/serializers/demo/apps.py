from django.apps import AppConfig


class RecipesConfig(AppConfig):
    name = "lessons.apis.serializers.demo"
    label = "serializers"
    verbose_name = "Recipes"
    default_auto_field = "django.db.models.BigAutoField"
