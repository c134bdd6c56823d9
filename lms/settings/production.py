"""Behind a proxy that ends TLS; every secret and address comes from the environment."""

from django.core.exceptions import ImproperlyConfigured

from lms.operations.logs import logging_settings
from lms.settings.base import *  # noqa: F403
from lms.settings.base import EMAIL_URL, env
from lms.settings.environment import secrets_in

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
# An older key that still reads what it signed, while a new one takes over.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
RECEIPT_KEY = env.str("RECEIPT_KEY")
BADGE_KEY = env.str("BADGE_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Sign-up needs a code by mail, and a mailbox page for everybody would give everybody's codes away.
if not EMAIL_URL:
    raise ImproperlyConfigured("Set EMAIL_URL to a mail server: smtp+tls://user:password@host:587")
LOCAL_MAILBOX = False
LOCAL_ACCOUNTS = False

TRUSTED_PROXIES = int(env.str("TRUSTED_PROXIES", default="") or 1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# A name on the browsers' own list does not come off it for months: whoever owns the domain decides that.
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-lms_session"
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=False)
WHITENOISE_USE_FINDERS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The line of each request is one of INFO.
LOG_LEVEL = env.str("LOG_LEVEL", default="") or "INFO"
SECRETS = secrets_in(vars())
LOGGING = logging_settings(as_json=env.bool("LOG_JSON", default=True), level=LOG_LEVEL, secrets=SECRETS)
