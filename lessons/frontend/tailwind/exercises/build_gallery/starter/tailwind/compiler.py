"""Tailwind 4.3.3 itself, in QuickJS. engine.txt is its npm package, bundled and compressed."""

import base64
import functools
import json
import zlib

import quickjs

from .scan import names_in_files

ENTRY = "assets/app.css"


@functools.lru_cache(maxsize=1)
def _context(packed):
    context = quickjs.Context()
    context.set_max_stack_size(1 << 20)
    context.set_memory_limit(96 << 20)
    context.eval(zlib.decompress(base64.b64decode(packed)).decode())
    return context


def is_source(path):
    """Which files are read for class names: all but style sheets and this package."""
    return not path.startswith("tailwind/") and path.endswith((".html", ".py", ".txt", ".js"))


def compile_css(files, question="css"):
    """The style sheet of a project, given its files as text by path; or, for "tree", its rules as a tree.

    Raises ValueError with what Tailwind says.
    """
    names = names_in_files(files[path] for path in sorted(files) if is_source(path))
    context = _context(files["tailwind/engine.txt"])
    context.get("ask")(question, files.get(ENTRY, ""), json.dumps(names))
    while context.execute_pending_job():
        pass
    answer = json.loads(context.get("answer") or '{"error": "no answer"}')
    if "error" in answer:
        raise ValueError(f"{ENTRY}: {answer['error']}")
    return answer["value"]
