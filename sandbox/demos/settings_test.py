"""The demos site for tests: fixed keys, a folder of its own, the tests' lesson beside the real ones."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DEMOS_SECRET_KEY", "only-for-tests-demos-" + "x" * 40)
os.environ.setdefault("RECEIPT_KEY", "only-for-tests-receipts-" + "x" * 40)
os.environ.setdefault("DEMOS_SHARED_ROWS", "20000")
# Never a folder that is there already: tests count what is in it. A worker works in that of its site.
os.environ["DEMOS_VAR_DIR"] = os.environ.get("DEMOS_WORKER_OF") or tempfile.mkdtemp(prefix="demos-test-")
if "DEMOS_WORKER_OF" not in os.environ:
    atexit.register(shutil.rmtree, os.environ["DEMOS_VAR_DIR"], ignore_errors=True)

from sandbox.demos.settings import *  # noqa: F403
from sandbox.demos.settings import (
    BASE_DIR,
    DEMO_ROOTS,
    DEMOS,
    INSTALLED_APPS,
    PACKAGES,
    Root,
    env,
    find_demos,
    find_rows,
)

DEMO_ROOTS = [
    *DEMO_ROOTS,
    Root(BASE_DIR / "sandbox" / "demos" / "tests" / "school", "sandbox.demos.tests.school"),
]
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in {*PACKAGES, *(demo.module for demo in DEMOS)}]
ROWS = find_rows(DEMO_ROOTS)
DEMOS = find_demos(DEMO_ROOTS, only=env.list("DEMOS_ONLY", default=[]))
INSTALLED_APPS = [*INSTALLED_APPS, *(demo.module for demo in DEMOS), *PACKAGES]

LMS_ORIGIN = "http://localhost:8000"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
