PASSWORD_HASHERS = [
    "choir.hashers.QuickPBKDF2",
    "choir.hashers.ScryptOverMD5",
]
LOGIN_REDIRECT_URL = "home"
