PASSWORD_HASHERS = [
    "choir.hashers.QuickPBKDF2",
    "choir.hashers.Onion",
]
LOGIN_REDIRECT_URL = "home"
