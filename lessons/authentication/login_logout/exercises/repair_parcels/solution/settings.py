# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_parcels"
LOGOUT_REDIRECT_URL = "home"
