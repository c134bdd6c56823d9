DEBUG = True
SECRET_KEY = "django-insecure-2j#x!0q8v$gunpowder"
ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tea",
        "USER": "keeper",
        "PASSWORD": "first-flush",
        "HOST": "localhost",
        "PORT": 5432,
    }
}
PAYMENT_KEY = "pay-0000000000000000"
