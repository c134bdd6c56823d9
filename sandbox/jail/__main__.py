"""`python -m sandbox.jail serve --socket PATH`, `… check --socket PATH` and `… doctor`."""

import argparse
import os
import sys
from pathlib import Path

from sandbox.jail import doctor, serve, wall
from sandbox.jail.client import Jail, JailUnavailable


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m sandbox.jail", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="warm up, and fork locked-down children for whoever asks")
    serving.add_argument("--socket", required=True, metavar="PATH", help="unix socket to listen on")
    most = max(4 * (os.cpu_count() or 1), 6)
    serving.add_argument(
        "--children", type=int, default=most, metavar="N", help=f"at most so many at once (default {most})"
    )
    ahead = 2 * (os.cpu_count() or 1)
    serving.add_argument(
        "--waiting",
        type=int,
        default=ahead,
        metavar="N",
        help=f"fork so many ahead of time (default {ahead})",
    )
    serving.add_argument(
        "--templates",
        type=int,
        default=4,
        metavar="N",
        help="keep so many exercises warm (default 4; 0: none)",
    )
    serving.add_argument("--while-stdin", action="store_true", help="end when stdin is closed")
    serving.add_argument(
        "--wall",
        choices=wall.CHOICES,
        default="auto",
        help="what to put around the zygote: bubblewrap, nothing, or (auto, the default) either",
    )
    serving.set_defaults(run=serve_behind_a_wall)
    checking = commands.add_parser(
        "check", help="let a jail that runs attack itself: 0 if nothing got through"
    )
    checking.add_argument("--socket", required=True, metavar="PATH", help="the unix socket it listens on")
    checking.set_defaults(run=check)
    doctoring = commands.add_parser(
        "doctor", help="say what this host has, what is in force, what is missing"
    )
    doctoring.add_argument("--socket", metavar="PATH", help="look at the jail that serves there")
    doctoring.set_defaults(run=doctor.main)
    return top


def serve_behind_a_wall(arguments: argparse.Namespace) -> int:
    """Serves in bubblewrap where that is wanted and works, and else without."""
    if arguments.wall != "none":
        socket = Path(arguments.socket).absolute()
        # What is said last holds.
        same = [*sys.argv[1:], "--socket", str(socket), "--wall", "none"]
        try:
            wall.confirm()
            command = [sys.executable, "-P", "-m", "sandbox.jail", *same]
            return wall.serve_within(command, socket, serve.plain_environment())
        except wall.NoWall as error:
            if arguments.wall != "auto":
                print(f"jail: no outer wall: {error}", file=sys.stderr)
                return 1
    return serve.main(arguments)


def check(arguments: argparse.Namespace) -> int:
    """For a container's health: the reason on stderr and 1 where the jail can't grade."""
    try:
        Jail(arguments.socket).check()
    except JailUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    chosen = parser().parse_args()
    sys.exit(chosen.run(chosen))
