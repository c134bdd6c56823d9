"""The schema that drf-spectacular makes of the API, laid out, and what it could not find out."""

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from .routes import api_urls


def describe() -> dict:
    # It complains to stderr, as `manage.py spectacular` does. Silenced, it counts all the same.
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator(patterns=api_urls).get_schema(request=None, public=True)
        complaints = sorted({*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache})
    operations = [
        _operation(path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return {
        "operations": operations,
        # Without the file that they begin with.
        "complaints": [text[max(text.find("Warning ["), text.find("Error ["), 0) :] for text in complaints],
        "components": schema["components"]["schemas"],
    }


def _operation(path: str, method: str, operation: dict) -> dict:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "path": path,
        "method": method.upper(),
        "id": operation["operationId"],
        "parameters": operation.get("parameters", []),
        "body": _name(body.get("schema", {})),
        "responses": [
            (status, _name(answer.get("content", {}).get("application/json", {}).get("schema", {})))
            for status, answer in operation["responses"].items()
        ],
    }


def _name(schema: dict) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"[{_name(schema['items'])}]"
    return schema.get("type", "")
