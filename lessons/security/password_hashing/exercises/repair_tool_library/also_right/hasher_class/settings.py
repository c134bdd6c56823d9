PASSWORD_HASHERS = ["tools.hashers.QuickPBKDF2", "tools.hashers.OldHasher"]
