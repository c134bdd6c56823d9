PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "tools.hashers.OldHasher"]
