"""What runs inside the jail beside the visitor's project: one command at a time, in a thread of its own.

The page sends this file along and asks it questions; between two answers whatever was printed comes out. A
program cannot be started there, so a command is its Python: Django's own `ManagementUtility`, pytest's
`main`, a file by `runpy`.
"""

import os
import runpy
import sys
import sysconfig
import threading
import time
import traceback
import unittest
from pathlib import Path

# They want to catch Ctrl+C, which only a main thread may.
unittest.installHandler = lambda: None
unittest.removeHandler = lambda method=None: None

_now = {"thread": None, "code": None}
_before = {}


def start(kind, arguments, environment):
    global _before
    _before = dict(os.environ)
    os.environ.update(environment)
    _now.update(code=None, thread=threading.Thread(target=_run, args=(kind, arguments), daemon=True))
    _now["thread"].start()
    return [str(Path.cwd()), sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")]


def wait(seconds):
    """The exit code, or None while it goes on."""
    _now["thread"].join(seconds)
    if _now["thread"].is_alive():
        return None
    os.environ.clear()
    os.environ.update(_before)
    return _now["code"]


def _run(kind, arguments):
    try:
        _now["code"] = _code(_ACTS[kind](list(arguments)))
    except SystemExit as ended:
        _now["code"] = _code(ended.code)
    except BaseException:  # noqa: BLE001 - whatever the project raises is its traceback
        kind, error, trace = sys.exc_info()
        traceback.print_exception(kind, error, trace.tb_next and trace.tb_next.tb_next)
        _now["code"] = 1
    finally:
        from django.db import connections

        connections.close_all()


def _code(found):
    if found is None:
        return 0
    if isinstance(found, int):
        return int(found)
    print(found, file=sys.stderr)
    return 1


def _django(arguments):
    from django.core.management import ManagementUtility

    ManagementUtility(["manage.py", *arguments]).execute()


def _pytest(arguments):
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest
    from django.test.utils import setup_test_environment, teardown_test_environment

    _forget_tests()
    setup_test_environment()
    quiet = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys", "--rootdir=."]
    files = ["-o", "python_files=tests.py test_*.py *_tests.py", "-c", "foghorn.ini"]
    try:
        return int(pytest.main([*quiet, *files, *arguments]))
    finally:
        teardown_test_environment()


def _unittest(arguments):
    _forget_tests()
    found = unittest.main(module=None, argv=["python -m unittest", *arguments], exit=False)
    return 0 if found.result.wasSuccessful() else 1


def _forget_tests():
    here = str(Path.cwd())
    for name, module in list(sys.modules.items()):
        if "test" in name and (getattr(module, "__file__", None) or "").startswith(here):
            del sys.modules[name]


def _python(arguments):
    sys.argv = ["-c", *arguments[1:]]
    exec(compile(arguments[0], "<string>", "exec"), {"__name__": "__main__"})


def _script(arguments):
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")


def _version(arguments):
    print("Python", sys.version.split()[0])


def _sleep(arguments):
    time.sleep(min(float(arguments[0] if arguments else 0), 10))


_ACTS = {
    "django": _django,
    "pytest": _pytest,
    "unittest": _unittest,
    "code": _python,
    "script": _script,
    "version": _version,
    "sleep": _sleep,
}
