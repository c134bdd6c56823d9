"""The embedded default: one command, no services, nothing to configure."""

from lms.settings.base import *  # noqa: F403
from lms.settings.base import VAR_DIR, env
from lms.settings.local_secrets import read_or_create

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "lms")
RECEIPT_KEY = env.str("RECEIPT_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "receipts")
BADGE_KEY = env.str("BADGE_KEY", default="") or read_or_create(VAR_DIR / "secrets" / "badges")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
