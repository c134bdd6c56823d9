# The preview's machine: what its environment says, and then your settings.
import os
from pathlib import Path

os.environ.update(
    {
        "SECRET_KEY": "oolong-7c1b4f9e2d8a6035c9e1f7b2d4a80613",
        "ALLOWED_HOSTS": "tea.example, testserver",
        "DATABASE_URL": "postgres://keeper:first-flush@db.internal:5432/tea",
        "PAYMENT_KEY_FILE": str(Path(__file__).parent / "secrets" / "payment_key"),
    }
)

from teashop.settings import *  # noqa: E402, F403
