# The preview's machine: what its environment says, and then the mill's settings.
import os

os.environ.update(
    {
        "SECRET_KEY": "millstone-2026-8e1f4b7c90d35a62e8b1f0c47d9a3e56",
        "SECRET_KEY_FALLBACKS": "millstone-2025-0b6d92f7e1c84a35d0f7b2e96c1a4d83",
    }
)

from mill.settings import *  # noqa: E402, F403
