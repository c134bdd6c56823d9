PASSWORD_HASHERS = ["choir.hashers.WrappedMD5", "choir.hashers.QuickPBKDF2"]
LOGIN_REDIRECT_URL = "home"
