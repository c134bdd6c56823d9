import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "").split(",")
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "menu"]
STATIC_URL = "static/"
STATIC_ROOT = "/srv/static"
WSGI_APPLICATION = "kettle.wsgi.application"
