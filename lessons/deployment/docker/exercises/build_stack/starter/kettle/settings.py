import os

SECRET_KEY = os.environ["SECRET_KEY"]
DATABASE_URL = os.environ["DATABASE_URL"]  # postgres://kettle:…@db:5432/kettle
REDIS_URL = os.environ["REDIS_URL"]  # redis://redis:6379/0
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["menu"]
