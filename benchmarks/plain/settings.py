"""The course as `make run` has it, and beside it one plain page: both are served by the same process."""

from lms.settings.dev import *  # noqa: F403
from lms.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.plain"]
