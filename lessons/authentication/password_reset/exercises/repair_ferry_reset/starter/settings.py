# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "crossings"
LOGOUT_REDIRECT_URL = "home"

# Where travellers find us. Several host names lead to this server, and not all of them are ours.
SITE_ORIGIN = "https://ferry.example"

# What the letters promise: a link works for two hours.
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60  # seconds
