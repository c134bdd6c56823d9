# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"
DEFAULT_FROM_EMAIL = "night-desk@dome.example"

DJANGOS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{DJANGOS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{DJANGOS}.MinimumLengthValidator"},
    {"NAME": f"{DJANGOS}.CommonPasswordValidator"},
    {"NAME": f"{DJANGOS}.NumericPasswordValidator"},
    {"NAME": "dome.validators.HouseWordsValidator", "OPTIONS": {"words": ["hollow", "dome", "perseid"]}},
    {"NAME": "dome.validators.NotTheSameValidator"},
]
