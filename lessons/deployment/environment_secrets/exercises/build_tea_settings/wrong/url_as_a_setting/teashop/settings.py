import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()


def required(name):
    """Text without the newline that a file ends with. An empty value is none."""
    value = env.str(name).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is empty.")
    return value


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[])]
DATABASE_URL = env.str("DATABASE_URL")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
PAYMENT_KEY = required("PAYMENT_KEY")
