"""A release that runs, three customers who are signed in, and a clean first commit."""

from django.contrib.auth.models import User
from django.db import transaction

from . import rotation, signing, sources
from .models import Commit, Customer

ENVIRONMENT = """\
ALLOWED_HOSTS=bakery.example,www.bakery.example
SECRET_KEY=rye-5f0b2d9c7a41e8863bd2c0f7194ea5d8
DATABASE_URL=postgres://baker:sourdough@db.internal/bakery
BROKER_URL=redis://:crumbs-and-crusts@redis.internal:6379/0
PAYMENT_KEY_FILE=/run/secrets/payment_key
"""
DOTENV = """\
# A developer's machine. In .gitignore.
DEBUG=on
SECRET_KEY=only-for-my-laptop-0123456789abcdef0123456789
PAYMENT_KEY=test-key-without-money
OVEN_LIMIT=4
"""
PAYMENT = "pay-9d27c1f4b8e05a36\n"
SETTINGS_PY = """\
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
PAYMENT_KEY = env.str("PAYMENT_KEY")
OVEN_LIMIT = env.int("OVEN_LIMIT", default=40)
"""


@transaction.atomic
def seed() -> None:
    sources.save({"environment": ENVIRONMENT, ".env": DOTENV, "/run/secrets/payment_key": PAYMENT})
    keys = rotation.keys_of(sources.deploy())
    User.objects.create_user("dora", "dora@example.com")
    for name in ("ada", "bo", "cy"):
        user = User.objects.create_user(name, f"{name}@example.com", "crumb-and-crust")
        Customer.objects.create(
            user=user,
            session=signing.new_session(user, keys),
            reset_link=signing.new_reset_link(user, keys),
            newsletter_link=signing.new_newsletter_link(user, keys),
        )
    Commit.objects.create(message="Settings come from the environment", settings_py=SETTINGS_PY)
