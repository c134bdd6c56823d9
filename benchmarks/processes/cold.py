"""`python -m benchmarks.processes.cold`: a fresh Python for one grade, from stdin to stdout."""

from __future__ import annotations

import sys


def run() -> None:
    import django
    from django.conf import settings

    from sandbox.jail.harness.base_settings import base_settings

    settings.configure(**base_settings())
    django.setup()
    from benchmarks.processes.inline import serve
    from sandbox.jail.harness.database import Database, build_framework_tables

    database = Database()
    build_framework_tables()
    serve(sys.stdin.buffer, sys.stdout.buffer, database)


if __name__ == "__main__":
    run()
