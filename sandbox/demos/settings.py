"""The demos site. It shares nothing with the LMS but the key that receipts are signed with."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from sandbox.demos.discovery import Root, find_demos, find_rows

env = environ.FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parents[2]


def secret(name: str) -> str:
    """The variable's value, or what the file holds that `NAME_FILE` names; "" where neither is set."""
    file = os.environ.get(f"{name}_FILE")
    if file and os.environ.get(name):
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set: keep one of them.")
    try:
        # The newline that an editor puts at a file's end is no part of a secret.
        return env.str(name, default="").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error


def required(name: str) -> str:
    value = secret(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: the demos site needs a secret of its own there.")
    return value


SECRET_KEY = required("DEMOS_SECRET_KEY")
RECEIPT_KEY = required("RECEIPT_KEY")
LMS_ORIGIN = env.str("LMS_ORIGIN", default="http://localhost:8000").rstrip("/")
DEMOS_VAR_DIR = Path(env.str("DEMOS_VAR_DIR", default="") or BASE_DIR / "var" / "demos").resolve()
DEBUG = env.bool("DEMOS_DEBUG", default=False)
ALLOWED_HOSTS = env.list("DEMOS_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

# --- Lessons ----------------------------------------------------------------------------------

DEMO_ROOTS = [Root(BASE_DIR / "lessons", "lessons")]
ROWS = find_rows(DEMO_ROOTS)
# For an author: DEMOS_ONLY=login_logout starts quickly, and whatever state other lessons are in.
DEMOS = find_demos(DEMO_ROOTS, only=env.list("DEMOS_ONLY", default=[]))

# A visitor's world (their database of one lesson, their mail there) is removed when it was not used for
# so long,
WORLD_MAX_AGE = env.int("DEMOS_WORLD_MAX_AGE", default=24 * 3600)  # seconds
# or when there are more or bigger ones than this, the longest unused first.
WORLD_MAX_COUNT = env.int("DEMOS_WORLD_MAX_COUNT", default=5_000)
WORLD_MAX_BYTES = env.int("DEMOS_WORLD_MAX_BYTES", default=4 * 1024**3)
WORLD_SWEEP_EVERY = 600  # seconds

# How many rows a demo has that needs many. They are made once, and all visitors read the same ones.
SHARED_ROWS = env.int("DEMOS_SHARED_ROWS", default=200_000)

# --- Django -----------------------------------------------------------------------------------

# Packages that lessons teach, and that have tables or templates.
PACKAGES = [
    *("allauth", "allauth.account"),  # email_verification, social_login
    *("allauth.socialaccount", "allauth.idp.oidc"),  # social_login
    # otp
    *("django_otp", "django_otp.plugins.otp_totp"),
    *("django_otp.plugins.otp_email", "django_otp.plugins.otp_static"),
    # rest_framework, serializers, jwt_auth, react_api
    *("rest_framework", "django_filters", "drf_spectacular"),
    *("rest_framework.authtoken", "rest_framework_simplejwt.token_blacklist"),  # jwt_auth
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "sandbox.xray",
    "sandbox.demos",
    *(demo.module for demo in DEMOS),
    *PACKAGES,  # last: a demo's template of the same name goes before a package's
]

MIDDLEWARE = [
    "sandbox.demos.middleware.visit_middleware",
    "sandbox.demos.middleware.xray_middleware",
    "sandbox.demos.middleware.scope_middleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "sandbox.demos.urls"
ASGI_APPLICATION = "sandbox.demos.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "sandbox.demos.database",
        "NAME": ":world:",  # never opened: the engine takes the file from the current world
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # A journal in memory: a reset may replace a file while somebody is still writing into the old
            # one, and a journal found by its name would then be rolled back into the new one.
            "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;",
        },
    }
}
DATABASES |= {
    alias: {"ENGINE": "sandbox.demos.shared", "NAME": ":shared:"} for demo in DEMOS for alias in demo.shared
}
DATABASE_ROUTERS = [f"{demo.module}.routers.Router" for demo in DEMOS if demo.shared]
# For the transactions lesson: its races take place there, too, each in a schema of its own.
if _postgresql_url := secret("DEMOS_POSTGRESQL_URL"):
    DATABASES["postgresql"] = env.db_url_config(_postgresql_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {"default": {"BACKEND": "sandbox.demos.layers.WorldChannelLayer"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "sandbox.demos.projects.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# Each lesson that uses allauth has settings of its own for it, in its demo/project.py.
ALLAUTH_SETTING_GETTER = "sandbox.demos.projects.package_setting"
# All else of DRF is said by each lesson's views; @extend_schema looks for this one here.
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}

# --- Celery, for demos that have a celery.py: Redis where there is one, files on this machine otherwise ----
REDIS_URL = secret("REDIS_URL")
CELERY_FOLDER = DEMOS_VAR_DIR / "celery"
# In memory would do for threads. A forked process has a memory of its own, and what its task sends (a
# retry, the next of a chain) would stay there.
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"global_keyprefix": "demos:", "visibility_timeout": 300}
    if REDIS_URL
    else {
        "data_folder_in": str(CELERY_FOLDER / "queue"),
        "data_folder_out": str(CELERY_FOLDER / "queue"),
        "control_folder": str(CELERY_FOLDER / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_RESULT_BACKEND = REDIS_URL or f"file://{CELERY_FOLDER / 'results'}"
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"global_keyprefix": "demos:"} if REDIS_URL else {}
CELERY_RESULT_EXPIRES = 3600  # seconds
CELERY_RESULT_CHORD_RETRY_INTERVAL = 0.3  # seconds, where the backend cannot count
CELERY_TASK_TIME_LIMIT = 45  # seconds; then the process is killed
CELERY_TASK_SOFT_TIME_LIMIT = 40
CELERY_TASK_TRACK_STARTED = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_LOST_WAIT = 1.0  # seconds until a process that is gone counts as lost; Celery's own is 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

EMAIL_BACKEND = "sandbox.demos.mail.EmailBackend"
DEFAULT_FROM_EMAIL = "demo@django-mastery.example"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Django's own, in its order, and after them what the password_hashing lesson has in its tables.
PASSWORD_HASHERS = [
    *global_settings.PASSWORD_HASHERS,
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "lessons.security.password_hashing.demo.hashers.PBKDF2WrappedMD5Hasher",
    "lessons.security.password_hashing.demo.hashers.UnsaltedMD5Hasher",
]

# sessionid and csrftoken as in any Django project; scope_middleware limits them to the lesson's path.
VISITOR_COOKIE_NAME = "demos_visitor"
SECURE_COOKIES = LMS_ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
if SECURE_COOKIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- For the otp lesson ---------------------------------------------------------------------------
if any(demo.slug == "otp" for demo in DEMOS):
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1,
        "django_otp.middleware.OTPMiddleware",
    )
OTP_TOTP_ISSUER = "Alder Archive"
OTP_EMAIL_SUBJECT = "Your code for the Alder Archive"
OTP_EMAIL_BODY_TEMPLATE = (
    "{{ token }} is your code. It works once, for five minutes. Nobody of ours asks for it."
)
OTP_EMAIL_COOLDOWN_DURATION = 20  # seconds

# --- For the csrf lesson: a bank on this site, and an attacker's page on another ------------------
# Another port would be another origin of the same site, for which SameSite is no obstacle; so the attacker
# has another host, whose name leads here as well. Where there is none, the lesson says so.
CSRF_BANK_ORIGIN = env.str("DEMOS_ORIGIN", default="http://localhost:8001").rstrip("/")
_ATTACKER_HERE = CSRF_BANK_ORIGIN.replace("//localhost", "//127.0.0.1")
CSRF_ATTACKER_ORIGIN = env.str("DEMOS_ATTACKER_ORIGIN", default="").rstrip("/") or (
    _ATTACKER_HERE if _ATTACKER_HERE != CSRF_BANK_ORIGIN else ""
)
if CSRF_ATTACKER_ORIGIN:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, urlsplit(CSRF_ATTACKER_ORIGIN).hostname or ""]
# Requests from there come without cookies, more often than not, and so do those of an API's client
# (jwt_auth): a ticket in the address names the visitor.
CROSS_SITE_DEMOS = frozenset({"csrf", "xss_sql_injection", "social_login", "jwt_auth"})
if any(demo.slug == "csrf" for demo in DEMOS):
    # Outside of the session's middleware, whose cookie it changes.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "lessons.security.csrf.demo.middleware.TwoSitesMiddleware",
    )

# --- For the social_login lesson: real providers beside the stand-ins, where there are client ids ---------
SOCIAL_LOGIN_REAL = {
    provider: {
        "client_id": env.str(f"{provider.upper()}_CLIENT_ID"),
        "secret": secret(f"{provider.upper()}_CLIENT_SECRET"),
    }
    for provider in ("google", "facebook", "github")
    if env.str(f"{provider.upper()}_CLIENT_ID", default="")
}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{provider}" for provider in SOCIAL_LOGIN_REAL]

# --- For the jwt_auth lesson ----------------------------------------------------------------------
SIMPLE_JWT = {
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "AUTH_TOKEN_CLASSES": ["lessons.apis.jwt_auth.demo.tokens.AccessToken"],
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"  # absolute, so that the prefix of a persona does not go before it

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "demos %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"sandbox": {"handlers": ["stderr"], "level": "INFO"}},
}
