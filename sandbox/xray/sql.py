"""SQL as people read it: with its parameters filled in, and a fingerprint to find repetitions by."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sandbox.xray.bounds import MAX_STRING, clip

_LIST_OF_PLACEHOLDERS = re.compile(r"\(\s*%s(?:\s*,\s*%s)+\s*\)")
_MAX_PARAMS = 500


def readable(sql: str, params: Any, *, many: bool = False) -> str:
    """The statement with its parameters as literals: for reading, it is not what the database was sent."""
    if many:
        rows = len(params) if isinstance(params, Sequence) else "several"
        return clip(f"{sql} -- executed with {rows} sets of parameters")
    if not params:
        return clip(sql)
    if len(params) > _MAX_PARAMS:
        return clip(f"{sql} -- {len(params)} parameters")
    try:
        if isinstance(params, Mapping):
            return clip(sql % {name: literal(value) for name, value in params.items()})
        return clip(sql % tuple(literal(value) for value in params))
    except (TypeError, ValueError, KeyError):
        # The author's own raw SQL may have the wrong number of placeholders; the database will tell them.
        return clip(f"{sql} -- parameters: {params!r}")


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) or type(value).__name__ == "Decimal":
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"X'{bytes(value)[:MAX_STRING].hex()}'"
    return "'" + clip(str(value)).replace("'", "''") + "'"


@lru_cache(maxsize=512)
def fingerprint(sql: str) -> str:
    """The same for statements that differ only in parameters; a list of any length is the same list."""
    shape = " ".join(_LIST_OF_PLACEHOLDERS.sub("(%s, …)", sql).split())
    return hashlib.blake2s(shape.encode("utf-8", "replace"), digest_size=6).hexdigest()
