PASSWORD_HASHERS = [
    "choir.hashers.QuickPBKDF2",
    "choir.hashers.WrappedMD5",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
LOGIN_REDIRECT_URL = "home"
