"""Tests of lessons' demos: `visit("login_logout")` is a new visitor's browser. See sandbox.demos.testing."""

from sandbox.demos.testing import visit

__all__ = ["visit"]
