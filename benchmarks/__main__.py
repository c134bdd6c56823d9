"""`python -m benchmarks [NAME …]`: runs the benchmarks, each as `python -m benchmarks.NAME`."""

from __future__ import annotations

import argparse
import pkgutil
import subprocess
import sys

import benchmarks


def names() -> list[str]:
    """Return the modules of this package that measure something: those that have a function `main`."""
    found = []
    for module in pkgutil.iter_modules(benchmarks.__path__):
        source = pkgutil.resolve_name(f"benchmarks.{module.name}") if module.name != "__main__" else None
        if source is not None and hasattr(source, "main"):
            found.append(module.name)
    return found


def main() -> int:
    known = names()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(known)}; all without")
    chosen = parser.parse_args().names or known
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    codes = [subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode for name in chosen]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
