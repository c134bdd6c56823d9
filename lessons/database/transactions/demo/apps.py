from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "lessons.database.transactions.demo"
    label = "transactions"
    verbose_name = "Quayside Savings"
    default_auto_field = "django.db.models.BigAutoField"
