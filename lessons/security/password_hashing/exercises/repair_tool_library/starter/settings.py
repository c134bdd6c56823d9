# Overrides of the base settings. The base has one hasher: PBKDF2, with few rounds so that checks are quick.
TIME_ZONE = "Europe/London"
