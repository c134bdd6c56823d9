PASSWORD_HASHERS = [
    "choir.hashers.QuickPBKDF2",
    "choir.hashers.WrappedMD5",
]
LOGIN_REDIRECT_URL = "home"
