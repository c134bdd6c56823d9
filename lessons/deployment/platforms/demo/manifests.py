"""What each platform reads of a repository, and what it would object to.

The rules are written down from the platforms' own documentation, as it was in November 2026, for the part
of it that a Django app meets.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import yaml

WRITTEN = "November 2026"
# Heroku's own pattern: a line that is other than this is no declaration, and is passed over without a word.
PROCESS = re.compile(r"^([A-Za-z0-9_-]+):\s*(.+)$")
PYTHON = re.compile(r"^3\.(\d{1,2})(\.\d{1,2})?$")
# Each may double what a blueprint means, and a few kilobytes could fill the memory.
MOST_ALIASES = 10
# Each costs the parser as much as there are others around it.
MOST_BRACKETS = 100
PYTHONS = range(10, 16)  # minor versions that a build can have

ENV_OF_APP_JSON = {
    "type": ["object", "string"],
    "properties": {
        "description": {"type": "string"},
        "value": {"type": "string"},
        "required": {"type": "boolean"},
        "generator": {"const": "secret"},
    },
    "additionalProperties": False,
}
APP_JSON = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("name", "description", "website", "repository", "logo")},
        **{name: {"type": "string"} for name in ("success_url", "$schema")},
        "stack": {"enum": ["heroku-22", "heroku-24", "container"]},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "env": {"type": "object", "additionalProperties": ENV_OF_APP_JSON},
        "addons": {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["plan"]}]},
        },
        "buildpacks": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "formation": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"quantity": {"type": "integer", "minimum": 0}, "size": {"type": "string"}},
                "additionalProperties": False,
            },
        },
        "scripts": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("postdeploy", "pr-predestroy", "test")},
            "additionalProperties": False,
        },
        "environments": {"type": "object"},
    },
    "additionalProperties": False,
}

PROPERTIES = ["host", "port", "database", "user", "password", "connectionString"]
# region: blueprint
ENV_VAR = {
    "type": "object",
    "oneOf": [
        {"required": ["key", "value"]},
        {"required": ["key", "generateValue"]},
        {"required": ["key", "sync"]},
        {"required": ["key", "fromDatabase"]},
        {"required": ["key", "fromService"]},
        {"required": ["fromGroup"]},
    ],
    "properties": {
        "key": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "value": {"type": ["string", "number", "boolean"]},
        "generateValue": {"type": "boolean"},
        "sync": {"const": False},
        "fromDatabase": {
            "type": "object",
            "required": ["name", "property"],
            "properties": {
                "name": {"type": "string"},
                "property": {"enum": PROPERTIES},
            },
        },
    },
    "additionalProperties": False,
}
# endregion: blueprint
ENV_VAR["properties"] |= {"fromService": {"type": "object"}, "fromGroup": {"type": "string"}}
RUNTIMES = ["python", "node", "ruby", "go", "rust", "elixir", "docker", "image", "static"]
SERVICE = {
    "type": "object",
    "required": ["type", "name"],
    "properties": {
        "type": {"enum": ["web", "worker", "pserv", "cron", "keyvalue", "redis"]},
        "name": {"type": "string"},
        "runtime": {"enum": RUNTIMES},
        "env": {"enum": RUNTIMES},
        "plan": {"type": "string"},
        "region": {"enum": ["oregon", "ohio", "virginia", "frankfurt", "singapore"]},
        **{name: {"type": "string"} for name in ("repo", "branch", "rootDir", "schedule", "dockerfilePath")},
        **{name: {"type": "string"} for name in ("buildCommand", "preDeployCommand", "startCommand")},
        "initialDeployHook": {"type": "string"},
        "healthCheckPath": {"type": "string", "pattern": "^/"},
        "autoDeploy": {"type": "boolean"},
        "autoDeployTrigger": {"enum": ["off", "commit", "checksPass"]},
        "numInstances": {"type": "integer", "minimum": 1},
        "maxShutdownDelaySeconds": {"type": "integer", "minimum": 1, "maximum": 300},
        "scaling": {"type": "object"},
        "domains": {"type": "array", "items": {"type": "string"}},
        "disk": {
            "type": "object",
            "required": ["name", "mountPath"],
            "properties": {
                "name": {"type": "string"},
                "mountPath": {"type": "string", "pattern": "^/"},
                "sizeGB": {"type": "integer", "minimum": 1},
            },
            "additionalProperties": False,
        },
        "envVars": {"type": "array", "items": ENV_VAR},
        "buildFilter": {"type": "object"},
        "previews": {"type": "object"},
        "ipAllowList": {"type": "array"},
    },
    "additionalProperties": False,
}
BLUEPRINT = {
    "type": "object",
    "properties": {
        "services": {"type": "array", "items": SERVICE, "minItems": 1},
        "databases": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    **{
                        name: {"type": "string"}
                        for name in ("name", "plan", "region", "databaseName", "user")
                    },
                    "postgresMajorVersion": {"type": "string"},
                    "ipAllowList": {"type": "array"},
                    "diskSizeGB": {"type": "integer"},
                    "highAvailability": {"type": "object"},
                    "readReplicas": {"type": "array"},
                },
                "additionalProperties": False,
            },
        },
        "envVarGroups": {"type": "array"},
        "projects": {"type": "array"},
        "previews": {"type": "object"},
    },
    "required": ["services"],
    "additionalProperties": False,
}
ROUTE = {
    "type": "object",
    "required": ["source", "destination"],
    "properties": {
        "source": {"type": "string", "pattern": "^/"},
        "destination": {"type": "string"},
        "permanent": {"type": "boolean"},
        "statusCode": {"type": "integer"},
        **{name: {"type": "array"} for name in ("has", "missing")},
    },
    "additionalProperties": False,
}
VERCEL = {
    "type": "object",
    "properties": {
        **{
            name: {"type": ["string", "null"]}
            for name in ("buildCommand", "installCommand", "outputDirectory")
        },
        **{name: {"type": ["string", "null"]} for name in ("devCommand", "ignoreCommand", "framework")},
        **{name: {"type": "string"} for name in ("$schema", "name")},
        **{name: {"type": "boolean"} for name in ("cleanUrls", "trailingSlash", "public")},
        "version": {"const": 2},
        "regions": {"type": "array", "items": {"type": "string"}},
        "functions": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "maxDuration": {"type": "integer", "minimum": 1},
                    "memory": {"type": "integer"},
                    "runtime": {"type": "string"},
                    "includeFiles": {"type": "string"},
                    "excludeFiles": {"type": "string"},
                    "regions": {"type": "array"},
                },
                "additionalProperties": False,
            },
        },
        "crons": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "schedule"],
                "properties": {
                    "path": {"type": "string", "pattern": "^/"},
                    "schedule": {"type": "string", "pattern": r"^(\S+ ){4}\S+$"},
                },
            },
        },
        "rewrites": {"type": "array", "items": ROUTE},
        "redirects": {"type": "array", "items": ROUTE},
        "headers": {"type": "array"},
        **{name: {"type": "array"} for name in ("builds", "routes")},
        **{name: {"type": "object"} for name in ("env", "build", "git", "images")},
    },
    "additionalProperties": False,
}


@dataclass
class Reading:
    """What came of a platform's files. With `errors` nothing is deployed; `notes` are worth knowing."""

    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    build: str = ""
    release: str = ""
    web: str = ""
    health: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    generated: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    has_database: bool = True

    @property
    def commands(self) -> dict[str, object]:
        return {
            "release": self.release,
            "web": self.web,
            "health": self.health,
            "database": self.has_database,
        }


# region: procfile
def processes(text: str) -> tuple[dict[str, str], list[int]]:
    """Process types with their commands, and the lines that declare nothing."""
    declared, passed_over = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        match = PROCESS.match(line)
        if match:
            declared[match[1]] = match[2].strip()
        elif line.strip() and not line.lstrip().startswith("#"):
            passed_over.append(number)
    return declared, passed_over


# endregion: procfile


def read_heroku(files: dict[str, str]) -> Reading:
    reading = Reading()
    declared, passed_over = processes(files["Procfile"])
    reading.notes += [f"Procfile, line {n}: no `type: command`, so it is passed over." for n in passed_over]
    reading.web, reading.release = declared.get("web", ""), declared.get("release", "")
    if not declared:
        reading.notes.append("Procfile declares types -> (none)")
    elif not reading.web:
        near = [name for name in declared if name.lower() == "web"]
        told = f" `{near[0]}` is another type: case counts." if near else ""
        reading.notes.append(f"No process type `web`: only that one gets requests.{told}")
    if not reading.release:
        reading.notes.append("No process type `release`: nothing runs between build and start.")
    version = files[".python-version"].strip()
    if not version:
        reading.notes.append("No .python-version: the build takes its default, another one some day.")
    elif not PYTHON.match(version) or int(version.split(".")[1]) not in PYTHONS:
        reading.errors.append(
            f".python-version: {version!r} is no version that there is. Write 3.13, for example."
        )
    if files["app.json"].strip():
        manifest = _json("app.json", files["app.json"], reading)
        if manifest is not None:
            _check("app.json", manifest, APP_JSON, reading)
    return reading


def read_render(files: dict[str, str]) -> Reading:
    reading = Reading(has_database=False)
    if sum(files["render.yaml"].count(mark) for mark in "[{") > MOST_BRACKETS:
        reading.errors.append(f"render.yaml: more than {MOST_BRACKETS} brackets are not read here.")
        return reading
    try:
        aliases = [e for e in yaml.parse(files["render.yaml"]) if isinstance(e, yaml.AliasEvent)]
        if len(aliases) > MOST_ALIASES:
            reading.errors.append(f"render.yaml: more than {MOST_ALIASES} aliases are not read here.")
            return reading
        blueprint = yaml.safe_load(files["render.yaml"])
    except (yaml.YAMLError, ValueError) as error:
        reading.errors.append(f"render.yaml: {' '.join(str(error).split())}")
        return reading
    except RecursionError:
        reading.errors.append("render.yaml: too many levels.")
        return reading
    _check("render.yaml", blueprint, BLUEPRINT, reading)
    if reading.errors:
        return reading
    services = [service for service in blueprint["services"] if service["type"] == "web"]
    if len(services) != 1:
        reading.errors.append(f"render.yaml: {len(services)} services of the type web; this app is one.")
        return reading
    _read_service(services[0], {base["name"] for base in blueprint.get("databases", [])}, reading)
    return reading


def _read_service(service: dict[str, Any], databases: set[str], reading: Reading) -> None:
    if service.get("runtime", service.get("env")) != "python":
        reading.errors.append("render.yaml: a Django app has `runtime: python`.")
    if "env" in service:
        reading.notes.append("`env` is the old name of `runtime`.")
    reading.build, reading.release = service.get("buildCommand", ""), service.get("preDeployCommand", "")
    reading.web, reading.health = service.get("startCommand", ""), service.get("healthCheckPath", "")
    for name, command in (("buildCommand", reading.build), ("startCommand", reading.web)):
        if not command:
            reading.errors.append(f"render.yaml: `{name}` is missing.")
    if reading.release and service.get("plan", "starter") == "free":
        reading.errors.append("render.yaml: `preDeployCommand` is for paid plans; `plan: free` has none.")
    if not reading.health:
        reading.notes.append("No `healthCheckPath`: an open port is taken for a healthy app.")
    for entry in service.get("envVars", []):
        key = entry.get("key", "")
        if "value" in entry:
            reading.environment[key] = _plain(entry["value"])
        elif entry.get("generateValue"):
            reading.generated.append(key)
        elif "sync" in entry:
            reading.asked.append(key)
        elif "fromDatabase" in entry:
            if entry["fromDatabase"]["name"] not in databases:
                reading.errors.append(
                    f"render.yaml: {key} is from a database {entry['fromDatabase']['name']!r},"
                    " which stands in no `databases`."
                )
            elif key == "DATABASE_URL" and entry["fromDatabase"]["property"] == "connectionString":
                reading.has_database = True


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_vercel(files: dict[str, str]) -> Reading:
    reading = Reading(release="", web="function")
    manifest = _json("vercel.json", files["vercel.json"] or "{}", reading)
    if manifest is None:
        return reading
    _check("vercel.json", manifest, VERCEL, reading)
    if reading.errors:
        return reading
    reading.build = manifest.get("buildCommand") or ""
    if "builds" in manifest:
        reading.notes.append("`builds` is the old way, and switches the project's own settings off.")
        if "functions" in manifest:
            reading.errors.append("vercel.json: `functions` and `builds` cannot stand in one file.")
    if "env" in manifest:
        reading.notes.append(
            "`env` in the file is the old way: variables belong into the project's settings."
        )
        reading.environment |= {key: _plain(value) for key, value in manifest["env"].items()}
    if "routes" in manifest and {"rewrites", "redirects", "headers"} & manifest.keys():
        reading.errors.append(
            "vercel.json: `routes` cannot stand beside `rewrites`, `redirects` or `headers`."
        )
    if not reading.build:
        reading.notes.append("No `buildCommand`: nothing migrates. There is no release phase here.")
    return reading


def _json(name: str, text: str, reading: Reading) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reading.errors.append(f"{name}: {error}")
        return None


def _check(name: str, value: Any, schema: dict[str, Any], reading: Reading) -> None:
    for error in jsonschema.Draft202012Validator(schema).iter_errors(value):
        place = error.json_path.removeprefix("$").lstrip(".")
        told = _told(error)
        reading.errors.append(f"{name}{f', {place}' if place else ''}: {told}")


def _told(error: jsonschema.ValidationError) -> str:
    if error.validator == "oneOf":
        return (
            f"{error.instance!r} needs a `key` and exactly one source:"
            " `value`, `generateValue`, `sync: false`, `fromDatabase` or `fromService`"
        )
    return error.message[:300]


READERS = {"heroku": read_heroku, "render": read_render, "vercel": read_vercel}
