# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"
DEFAULT_FROM_EMAIL = "night-desk@dome.example"

RULES = ["UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword"]
AUTH_PASSWORD_VALIDATORS = [
    *({"NAME": f"django.contrib.auth.password_validation.{rule}Validator"} for rule in RULES),
    {"NAME": "dome.validators.HollowHillValidator"},
]
