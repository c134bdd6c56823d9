"""Settings of the tests: quick hashing, a database of their own, everything else as in the default."""

from lms.operations.logs import logging_settings
from lms.settings.base import *  # noqa: F403
from lms.settings.base import DATABASE_URL, DATABASES
from lms.settings.environment import secrets_in

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 40
RECEIPT_KEY = "only-for-tests-receipts-" + "x" * 40
BADGE_KEY = "only-for-tests-badges-" + "x" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Tests of the gate turn it on.
STAFF_SECOND_FACTOR = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A static file is looked for when it is asked for: each test's client would read all of them first.
WHITENOISE_AUTOREFRESH = True
if not DATABASE_URL:
    # In memory by name: pytest-django gives each process a file where it does not know the engine.
    DATABASES = {
        "default": {**DATABASES["default"], "ENGINE": "tests.database", "TEST": {"NAME": ":memory:"}}
    }
SECRETS = secrets_in(vars())
LOGGING = logging_settings(as_json=False, level="WARNING", secrets=SECRETS)
