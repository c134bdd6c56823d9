# Overrides of the base settings; the rest is as `startproject` writes it.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "offers"

# What the letters promise.
CONFIRM_TIMEOUT = 3 * 24 * 60 * 60  # seconds
LETTER_EVERY = 60  # seconds, to one address
