"""The bakery's settings module. All that differs between two machines comes from outside."""

from .environment import env, file

# region: settings
# Of a developer's machine. What the environment has already is not overwritten.
env.read_env(file(".env"))

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

# No default: a key that stands in the repository is a key that everybody has.
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///bakery.sqlite3")}
BROKER_URL = env.str("BROKER_URL", default="redis://localhost:6379/0")

PAYMENT_KEY = env.str("PAYMENT_KEY").strip()  # an editor ends its files with a newline
OVEN_LIMIT = env.int("OVEN_LIMIT", default=40)  # loaves at a time
# endregion: settings
