import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-development")
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "tides"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "tides.sqlite3"}}
USE_TZ = True
