"""This site's own settings, with their types: mypy's Django plugin knows those of the LMS."""

from pathlib import Path
from typing import Protocol, cast

from django.conf import settings

from sandbox.demos.discovery import Demo


class DemosSettings(Protocol):
    SECRET_KEY: str
    RECEIPT_KEY: str
    LMS_ORIGIN: str
    DEMOS: tuple[Demo, ...]
    DEMOS_VAR_DIR: Path
    VISITOR_COOKIE_NAME: str
    SECURE_COOKIES: bool
    CROSS_SITE_DEMOS: frozenset[str]
    SHARED_ROWS: int
    CELERY_FOLDER: Path
    WORLD_MAX_AGE: float  # seconds
    WORLD_MAX_COUNT: int
    WORLD_MAX_BYTES: int
    WORLD_SWEEP_EVERY: float  # seconds


conf = cast(DemosSettings, settings)
