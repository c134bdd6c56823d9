PASSWORD_HASHERS = ["tools.hashers.QuickScrypt"]
