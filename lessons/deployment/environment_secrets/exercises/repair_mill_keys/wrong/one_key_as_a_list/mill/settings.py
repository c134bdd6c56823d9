import os

SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY_FALLBACKS = [os.environ["SECRET_KEY_FALLBACKS"]] if os.environ.get("SECRET_KEY_FALLBACKS") else []
