import os

SECRET_KEY = os.environ["SECRET_KEY"]
# Keys from before, separated by commas.
SECRET_KEY_FALLBACKS = [
    key.strip() for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key.strip()
]
