import pathlib

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env(DEBUG=(bool, False), ALLOWED_HOSTS=(list, []))

DEBUG = env("DEBUG")
ALLOWED_HOSTS = list(map(str.strip, env("ALLOWED_HOSTS")))
SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty")

DATABASES = {"default": env.db()}

if "PAYMENT_KEY_FILE" in env:
    PAYMENT_KEY = pathlib.Path(env("PAYMENT_KEY_FILE")).read_text().rstrip("\n")
else:
    PAYMENT_KEY = env("PAYMENT_KEY")
