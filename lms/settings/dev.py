"""The embedded default: one command, no services, nothing to configure."""

from lms.operations.logs import logging_settings
from lms.settings.base import *  # noqa: F403
from lms.settings.base import LOG_LEVEL, MIDDLEWARE, VAR_DIR, env
from lms.settings.environment import secrets_in
from lms.settings.local_secrets import read_or_create

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "lms")
RECEIPT_KEY = env.str("RECEIPT_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "receipts")
# http://localhost is a secure context for browsers: passkeys work there.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# The instructor's account of somebody's own machine opens with the password that `manage.py up` prints.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=False)
BADGE_KEY = env.str("BADGE_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "badges")
MIDDLEWARE = ["lms.one_name.one_name", *MIDDLEWARE]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRETS = secrets_in(vars())
LOGGING = logging_settings(as_json=env.bool("LOG_JSON", default=False), level=LOG_LEVEL, secrets=SECRETS)
