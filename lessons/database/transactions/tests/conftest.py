from sandbox.demos.testing import visit

__all__ = ["visit"]
