"""The settings with which a project begins: those of `startproject`, and what the jail needs.

See docs/architecture.md.
"""

from typing import Any

# Shared by the threads of one process, with real locks, and in no file: nothing else can open it.
DATABASE_NAME = "file:/project?vfs=memdb"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
]

# A project may not change these: its database and its mail have to be where the harness finds them.
FIXED = frozenset({"DATABASES", "EMAIL_BACKEND", "ROOT_URLCONF", "DATABASE_ROUTERS", "LOGGING_CONFIG"})


def base_settings() -> dict[str, Any]:
    return {
        "SECRET_KEY": "django-insecure-the-same-for-every-project-in-the-jail",
        "DEBUG": False,
        "ALLOWED_HOSTS": ["*"],
        "INSTALLED_APPS": list(INSTALLED_APPS),
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "ROOT_URLCONF": "sandbox.jail.harness.no_urls",
        "TEMPLATES": templates([]),
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE_NAME}},
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "CHANNEL_LAYERS": {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
        # Tasks run where they are sent, as soon as they are sent, and fail there as a worker would: quietly.
        "CELERY_TASK_ALWAYS_EAGER": True,
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}"}
            for name in (
                "UserAttributeSimilarityValidator",
                "MinimumLengthValidator",
                "CommonPasswordValidator",
                "NumericPasswordValidator",
            )
        ],
        "PASSWORD_HASHERS": ["sandbox.jail.harness.hashers.QuickPBKDF2"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "en-us",
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "USE_TZ": True,
        "STATIC_URL": "static/",
        "MEDIA_URL": "media/",
        # Nothing can be written in the jail: what is uploaded stays in memory, whatever its size.
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 16 * 1024 * 1024,
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }


def templates(directories: list[str]) -> list[dict[str, Any]]:
    processors = (
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    )
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": directories,
            "APP_DIRS": True,
            # With debug a failing template knows its line.
            "OPTIONS": {"context_processors": list(processors), "debug": True},
        }
    ]
