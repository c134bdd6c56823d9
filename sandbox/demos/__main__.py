"""`python -m sandbox.demos`: prepare, serve and tidy the demos site."""

import argparse
import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
import uvicorn
from django.core.exceptions import ImproperlyConfigured


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.demos.settings")
    try:
        django.setup()
        code: int = options.run(options)
    except ImproperlyConfigured as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.demos",
        description="The site of the live demos. It needs DEMOS_SECRET_KEY and RECEIPT_KEY to be set.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="prepare, then serve the site")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8001, help="port to listen on (8001)")
    serve.set_defaults(run=_serve)
    prepare = commands.add_parser("prepare", help="build the database of each demo: migrations and seed")
    prepare.set_defaults(run=_prepare_all)
    sweep = commands.add_parser("sweep", help="remove visitors' databases that nobody uses any more")
    sweep.add_argument(
        "--max-age", type=float, help="seconds since the last use (DEMOS_WORLD_MAX_AGE, a day)"
    )
    sweep.add_argument("--dry-run", action="store_true", help="only say how many there are")
    sweep.set_defaults(run=_sweep)
    worker = commands.add_parser("worker", help="a lesson's Celery worker; the site starts it by itself")
    worker.add_argument("lesson")
    worker.add_argument("outbox", type=int, help="the descriptor of a socket that goes to the site")
    worker.set_defaults(run=_worker)
    manage = commands.add_parser(
        "django",
        help="run a Django command, as `django makemigrations login_logout`, on a database of its own",
    )
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="…")
    manage.set_defaults(run=_django)
    return parser


def _serve(options: argparse.Namespace) -> int:
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        return _fail(f"Port {options.port} on {options.host} cannot be used: {error.strerror or error}.")
    from sandbox.demos import feeds
    from sandbox.demos.asgi import application

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: Any) -> None:
            # Streams of stages never end by themselves. Not from here directly: a signal may interrupt
            # who holds the feeds' lock.
            if loop is not None:
                loop.call_soon_threadsafe(feeds.close_all)
            super().handle_exit(sig, frame)

    loop: asyncio.AbstractEventLoop | None = None
    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=5, lifespan="on")
    server = Server(config)

    async def run() -> None:
        nonlocal loop
        loop = asyncio.get_running_loop()
        await server.serve(sockets=[listener])

    _prepare(options)
    print(f"The demos are on http://{options.host}:{options.port}/", flush=True)
    asyncio.run(run())
    return 0 if server.started else 1


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # Or a restart would find the port taken by connections of the run before.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, OverflowError) as error:
        listener.close()
        raise error if isinstance(error, OSError) else OSError(str(error)) from error
    return listener


def _prepare(options: argparse.Namespace) -> int:
    from sandbox.demos.conf import conf
    from sandbox.demos.missions import missions_of
    from sandbox.demos.originals import prepare

    for demo in conf.DEMOS:
        missions_of(demo)
    prepare(conf.DEMOS, report=lambda line: print(line, flush=True))
    return 0


def _prepare_all(options: argparse.Namespace) -> int:
    from sandbox.demos import shared
    from sandbox.demos.conf import conf

    _prepare(options)
    for demo in conf.DEMOS:
        if demo.shared and not shared.is_built(demo):
            shared.build(demo)
            print(f"{demo.track}/{demo.slug}: rows for all visitors built", flush=True)
    return 0


def _sweep(options: argparse.Namespace) -> int:
    from sandbox.demos.worlds import sweep

    swept = sweep(max_age=options.max_age, dry_run=options.dry_run)
    word = "would go" if options.dry_run else "removed"
    print(f"{swept.removed} {word}, {swept.kept} kept ({swept.bytes_kept / 1024**2:.1f} MB)")
    return 0


def _worker(options: argparse.Namespace) -> int:
    from sandbox.demos import workers

    return workers.run(options.lesson, options.outbox)


def _django(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    from sandbox.demos.places import PlainFile, at

    with tempfile.TemporaryDirectory() as folder, at(PlainFile(Path(folder) / "scratch.sqlite3")):
        execute_from_command_line(["python -m sandbox.demos django", *options.rest])
    return 0


def _fail(message: str) -> int:
    print(f"demos: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
