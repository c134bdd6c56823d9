# Overrides of the base settings; the rest is as `startproject` writes it.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "bench"
LOGOUT_REDIRECT_URL = "home"

CODE_TIMEOUT = 10 * 60  # seconds
CODE_TRIES = 3  # wrong ones, for each code
CODE_LETTERS = 3  # at most, for each attempt to join
