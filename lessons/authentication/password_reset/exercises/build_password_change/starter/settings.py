# Overrides of the base settings; the rest is as `startproject` writes it.
# AUTH_PASSWORD_VALIDATORS there has Django's four.
TIME_ZONE = "Europe/London"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"
DEFAULT_FROM_EMAIL = "night-desk@dome.example"
