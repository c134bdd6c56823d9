"""`python -m sandbox.jail serve --socket PATH` and `python -m sandbox.jail doctor`."""

import argparse
import os
import sys

from sandbox.jail import doctor, serve


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m sandbox.jail", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="warm up, and fork locked-down children for whoever asks")
    serving.add_argument("--socket", required=True, metavar="PATH", help="unix socket to listen on")
    most = 4 * (os.cpu_count() or 1)
    serving.add_argument(
        "--children", type=int, default=most, metavar="N", help=f"at most so many at once (default {most})"
    )
    serving.add_argument("--while-stdin", action="store_true", help="end when stdin is closed")
    serving.set_defaults(run=serve.main)
    doctoring = commands.add_parser(
        "doctor", help="say what this host has, what is in force, what is missing"
    )
    doctoring.set_defaults(run=doctor.main)
    return top


if __name__ == "__main__":
    chosen = parser().parse_args()
    sys.exit(chosen.run(chosen))
