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
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[])]
DATABASES = {"default": env.db("DATABASE_URL")}
PAYMENT_KEY = required("PAYMENT_KEY")
