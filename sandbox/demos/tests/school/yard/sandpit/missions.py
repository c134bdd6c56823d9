def build(trace: dict, earlier: list[dict]) -> bool:
    """Build a castle.

    Give it a *name*.
    """
    return _is_build(trace)


def clumsy(trace: dict, earlier: list[dict]) -> bool:
    """A mission whose predicate is broken."""
    return trace["no such key"]


def build_twice(trace: dict, earlier: list[dict]) -> bool:
    """Build another one."""
    return _is_build(trace) and any(_is_build(old) for old in earlier)


def _is_build(trace: dict) -> bool:
    return trace["request"]["method"] == "POST" and trace["url_name"] == "castles"
