"""Tests of lessons' demos: `visit("login_logout")` is a new visitor's browser. See sandbox.demos.testing."""

from sandbox.demos.testing import visit
from tests.scheduling import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler", "visit"]
