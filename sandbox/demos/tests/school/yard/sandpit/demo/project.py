from typing import Any


def package_setting(name: str, default: Any) -> Any:
    return {"SANDPIT_DEPTH": "deep"}.get(name, default)
