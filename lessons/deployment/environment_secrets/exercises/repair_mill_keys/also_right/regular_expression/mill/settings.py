import os
import re

SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY_FALLBACKS = tuple(re.findall(r"[^\s,]+", os.environ.get("SECRET_KEY_FALLBACKS", "")))
