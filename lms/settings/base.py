"""What every way of running the LMS site has in common."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

from lms.settings.environment import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
# The syllabus: text, demos and exercises, read as files.
LESSONS_DIR = Path(env.str("LESSONS_DIR", default=str(BASE_DIR / "lessons")))

INSTALLED_APPS = [
    "lms",
    "lms.accounts",
    "lms.classes",
    "lms.grading",
    "lms.progress",
    "lms.discussion",
    "lms.dashboard",
    "lms.api",
    "lms.operations",
    "content",
    "sandbox.xray",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.accounts.users_app.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.facebook",
    "allauth.usersessions",
    "django_otp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "channels",
    "django_celery_beat",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "lms.operations.request_ids.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "lms.static_files.CompressingWhiteNoise",
    # Pages hold no secret but the CSRF token, which is masked anew in every answer.
    "lms.compression.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lms.accounts.step_up.staff_step_up",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
ASGI_APPLICATION = "lms.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    # A connection per thread that is never closed would outlive the threads of an ASGI server.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        # A server that has gone without a word is noticed within a minute, not a quarter of an hour: by
        # those connections, too, that lms/newcomers.py keeps. Options in the URL's query come before these.
        DATABASES["default"]["OPTIONS"] = {
            "connect_timeout": 10,  # seconds, as are the next ones
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 4,
            # ms; longer than a server that is busy with its disk lets a restore wait.
            "tcp_user_timeout": 60_000,
            **DATABASES["default"].get("OPTIONS", {}),
        }
        if pool := env.pool("DATABASE_POOL"):
            DATABASES["default"]["OPTIONS"]["pool"] = pool
            # One that was kept may have lost its server: it is asked before it is used (0.03 ms).
            DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "lms.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
    # A worker keeps its connection for so many tasks: making one takes as long as claiming a submission.
    CELERY_DB_REUSE_MAX = 1000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker, channel layer, cache: Redis where REDIS_URL names one, this process otherwise -----

REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED_WORKER = not REDIS_URL
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
    CACHES = {"default": {"BACKEND": "lms.caching.RedisOrMemoryCache", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT = f"lms.{'redis' if REDIS_URL else 'embedded'}_broker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300} if REDIS_URL else {}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "grading"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# Of a beat that is a process of its own: when it last sent what.
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "enqueue-left-over": {"task": "grading.enqueue_left_over", "schedule": 10.0},
    "publish-scheduled": {"task": "content.publish_scheduled", "schedule": 60.0},
    "deliver-left-over": {"task": "discussion.deliver_left_over", "schedule": 60.0},
    "write-left-over": {"task": "content.write_left_over", "schedule": 60.0},
    "refresh-figures": {"task": "dashboard.refresh_figures", "schedule": 120.0},
    "prune-old-data": {"task": "operations.prune_old_data", "schedule": crontab(hour="3", minute="40")},
}
# A message that nobody has taken after so many seconds is sent again.
MESSAGE_LOST_AFTER = env.int("MESSAGE_LOST_AFTER", default=60)
# A grade that takes so many seconds more than the exercise's time limit (to boot two children, on a busy
# machine) belongs to a worker that has died, and another one begins it anew.
GRADE_GRACE = env.int("GRADE_GRACE", default=60)
# Submissions graded at the same time by the embedded worker; the jail has a process for each.
EMBEDDED_CONCURRENCY = env.int("EMBEDDED_CONCURRENCY", default=2)

# --- The other two processes ------------------------------------------------------------------

DEMOS_ORIGIN = env.str("DEMOS_ORIGIN", default="http://localhost:8001")
# Shared with the demos site, and with nobody else: it signs the receipts of missions.
RECEIPT_KEY = env.str("RECEIPT_KEY", default="")
# Certificates are signed with a key made from it; after a change the older ones no longer verify.
BADGE_KEY = env.str("BADGE_KEY", default="")
# The unix socket of a jail that runs already (`manage.py up`, compose). Empty: commands start their own.
JAIL_SOCKET = env.str("JAIL_SOCKET", default="")

# --- Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "lms.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "lms.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Seconds. The letters and the page name them.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# A new factor, another address, the end of the account: only soon after the password, or another proof.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_TOTP_ISSUER = "Django Mastery"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A clock that is off by half a minute is not a reason to keep somebody out.
MFA_TOTP_TOLERANCE = 1
# Without it staff would open the admins with a password alone. See lms/accounts/step_up.py.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)

# Each way in that has an id in the environment is offered; the others are not there at all.
_PROVIDER_OPTIONS: dict[str, dict[str, Any]] = {
    "google": {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
    "github": {"SCOPE": ["user:email"]},
    "facebook": {
        "METHOD": "oauth2",
        "SCOPE": ["email"],
        "FIELDS": ["id", "email", "first_name", "last_name"],
    },
}
_PROVIDER_ORIGINS = {
    "google": "https://accounts.google.com",
    "github": "https://github.com",
    "facebook": "https://www.facebook.com",
}
SOCIALACCOUNT_PROVIDERS = {
    name: {
        "APPS": [{"client_id": client_id, "secret": env.str(f"{name.upper()}_CLIENT_SECRET", default="")}],
        **options,
    }
    for name, options in _PROVIDER_OPTIONS.items()
    if (client_id := env.str(f"{name.upper()}_CLIENT_ID", default=""))
}
SOCIALACCOUNT_LOGIN_ON_GET = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# A learner and an instructor with known addresses, for somebody's own machine.
LOCAL_ACCOUNTS = not DATABASE_URL

# --- Cookies: a demo shares this host's name, so no script may read any of ours -------------------

SESSION_COOKIE_NAME = "lms_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True

# --- What a page of ours may load: no inline script, no eval, frames of the demos only ---------------

CONTENT_SECURITY_POLICY = {
    # Wagtail's and Django's admins bring inline scripts of their own; only staff gets there.
    "EXCLUDE_URL_PREFIXES": ("/cms/", "/django-admin/"),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # CodeMirror writes its theme into a style element, which carries the nonce.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "frame-src": [SELF, DEMOS_ORIGIN],
        "frame-ancestors": [SELF],
        # Chromium follows a form through its redirects, and signing in with a provider is one.
        "form-action": [SELF, *(_PROVIDER_ORIGINS[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# --- Mail -----------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
# A mail server that says nothing holds up nobody for longer.
EMAIL_TIMEOUT = 10
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "lms.accounts.mailbox.MailboxBackend"
# Without a mail server, /mailbox/ shows everybody's codes: it answers 404 unless the request comes from this
# machine, under a loopback name and through no proxy. production.py turns it off altogether.
LOCAL_MAILBOX = not EMAIL_URL
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Django Mastery <course@localhost>")

# --- Static, media, language ------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
WHITENOISE_USE_FINDERS = True
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Pictures of lessons by this process; a web server in front does it in production.
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=True)
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

WAGTAIL_SITE_NAME = "Django Mastery"
WAGTAILADMIN_BASE_URL = env.str("SITE_ORIGIN", default="http://localhost:8000")
WAGTAILIMAGES_IMAGE_MODEL = "content.LessonImage"
# What staff uploads. nginx takes 12 MB in one request.
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5 * 1024**2
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024**2
WAGTAILDOCS_EXTENSIONS = ["csv", "pdf", "txt", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# This server asks no other one for what an author names.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
# A request's body, files apart. A submission has a limit of its own below that.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# --- The API --------------------------------------------------------------------------------------

HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"  # noqa: S105
HEADLESS_JWT_ALGORITHM = "HS256"
# A session that was ended ends its tokens, too.
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
KNOX_TOKEN_MODEL = "api.ApiToken"  # noqa: S105
REST_KNOX = {"TOKEN_PREFIX": "dm_"}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        f"lms.api.authentication.{name}"
        for name in ("JWTTokenAuthentication", "KeyAuthentication", "SessionAuthentication")
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "lms.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "lms.api.throttles.AnonThrottle",
        "lms.api.throttles.UserThrottle",
    ],
    # No throttle is to believe a header: who asks is REMOTE_ADDR, by TRUSTED_PROXIES.
    "NUM_PROXIES": 0,
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min", "submit": "30/min"},
    "EXCEPTION_HANDLER": "lms.api.problems.problem_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Django Mastery",
    "DESCRIPTION": "The course for programs: read lessons, hand in exercises, see how far you are.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["lms.api.schema.only_the_api"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- Operation: see docs/operation.md -------------------------------------------------------------

# How many proxies of ours add an address to X-Forwarded-For. Too many, and a client chooses its own address.
TRUSTED_PROXIES = int(env.str("TRUSTED_PROXIES", default="") or 0)

# How often one network may have projects graded, and how often run. A class in a building has one address.
ORDERS_OF_A_NETWORK = env.str("ORDERS_OF_A_NETWORK", default="") or "300/minute"

LOG_LEVEL = env.str("LOG_LEVEL", default="") or "WARNING"
# Which version of the site this is, in what is reported of it.
RELEASE = env.str("RELEASE", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")

# Prometheus. Without a token and without a network nobody reads /metrics, and nothing is counted of requests.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS = env.networks("METRICS_NETWORKS")
METRICS_ON = bool(METRICS_TOKEN or METRICS_NETWORKS)
# A Celery worker has no web server: with a port it serves its own metrics.
METRICS_PORT = env.int("METRICS_PORT", default=0)
METRICS_HOST = env.str("METRICS_HOST", default="127.0.0.1")
# Where the processes of a host or container count together (a worker's children do). Empty at every start.
METRICS_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
if METRICS_DIR:
    Path(METRICS_DIR).mkdir(parents=True, exist_ok=True)
if METRICS_ON:
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

# With less room than this the site says that it is not ready, before a write fails.
LEAST_FREE_BYTES = env.int("LEAST_FREE_MB", default=100) * 1024**2

# For how long things are kept. The code of attempts that did not pass, but for the last one of each
# exercise; and visitors without an account, counted from the last thing that they did.
KEEP_ATTEMPTS_DAYS = env.int("KEEP_ATTEMPTS_DAYS", default=365)
KEEP_VISITORS_DAYS = env.int("KEEP_VISITORS_DAYS", default=90)
