# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"
DEFAULT_FROM_EMAIL = "night-desk@dome.example"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "dome.validators.HouseWordsValidator", "OPTIONS": {"words": ["hollow", "dome", "perseid"]}},
    {"NAME": "dome.validators.NotTheSameValidator"},
]
