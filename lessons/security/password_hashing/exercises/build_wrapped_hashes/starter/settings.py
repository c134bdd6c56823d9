# The first one makes new hashes; all of them can check.
PASSWORD_HASHERS = [
    "choir.hashers.QuickPBKDF2",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
LOGIN_REDIRECT_URL = "home"
