"""A tree of files as the root of a machine, for an nginx that can't be given one by the kernel.

`etc/nginx/nginx.conf` is where it begins. Absolute paths of the directives that name files are taken in the
tree, and the names in the tree's `etc/hosts` are known: nginx would ask the network for them.
"""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_FILES = (
    "include|access_log|error_log|pid|lock_file|ssl_certificate|ssl_certificate_key|ssl_trusted_certificate"
    "|ssl_client_certificate|ssl_dhparam|ssl_crl|ssl_password_file|auth_basic_user_file|uwsgi_temp_path"
    "|proxy_temp_path|client_body_temp_path|fastcgi_temp_path|scgi_temp_path|proxy_cache_path"
)
# Of its own line only: from each of many empty lines to the end of all of them takes minutes.
_BEGIN = r"(?P<begin>(?:^|[;{}])[ \t\r]*)"
_FILE = re.compile(rf"{_BEGIN}(?P<name>{_FILES})(?P<space>\s+)(?P<quote>[\"']?)(?P<path>/[^\s;\"']+)", re.M)
_WRITTEN = re.compile(
    rf"{_BEGIN}(?P<name>access_log|error_log|pid|lock_file)\s+[\"']?(?P<path>[^\s;\"']+)", re.M
)
_UPSTREAM = re.compile(
    rf"{_BEGIN}(?P<name>server|(?:proxy|uwsgi|fastcgi|scgi|grpc)_pass)(?P<space>\s+)"
    r"(?P<scheme>\w+://)?(?P<host>[A-Za-z0-9_.-]+)(?=[:/;\s])(?!\s*\{)",
    re.M,
)
_HTTP = re.compile(rf"{_BEGIN}http\s*\{{", re.M)
# They are devices, or no files at all.
_NOT_IN_THE_TREE = ("/dev/", "syslog:", "memory:")
_MAIN, _PID, _LOG = "etc/nginx/nginx.conf", "run/nginx.pid", "var/log/nginx/access.log"
_MAX_WRITTEN = 16


def adapt(files: Mapping[str, str], root: Path) -> tuple[dict[str, str], list[str]]:
    """The files as nginx has to read them, and the paths (in the tree, empty) that it may write to.

    Lines stay where they are, so that what nginx says of a line holds.
    """
    known = _hosts(files.get("etc/hosts", ""))
    written: dict[str, None] = dict.fromkeys((_PID, _LOG))
    adapted = dict(files)
    for path, text in files.items():
        if not path.startswith("etc/nginx/"):
            continue
        for name in _WRITTEN.finditer(text):
            if target := _in_tree(name["path"]):
                written.setdefault(target)
        adapted[path] = _adapted(text, root, known)
    if _MAIN in adapted:
        adapted[_MAIN] = _completed(adapted, root)
    fresh = [name for name in written if name not in files]
    return adapted, fresh[:_MAX_WRITTEN]


def _adapted(text: str, root: Path, known: Mapping[str, str]) -> str:
    def place(found: "re.Match[str]") -> str:
        if found["path"].startswith(_NOT_IN_THE_TREE):
            return found[0]
        return f"{found['begin']}{found['name']}{found['space']}{found['quote']}{root}{found['path']}"

    def resolve(found: "re.Match[str]") -> str:
        host = known.get(found["host"], found["host"])
        return f"{found['begin']}{found['name']}{found['space']}{found['scheme'] or ''}{host}"

    return _UPSTREAM.sub(resolve, _FILE.sub(place, text))


def _completed(files: Mapping[str, str], root: Path) -> str:
    """With directives for what nginx would otherwise open outside of the tree; on lines that there are."""
    # Several logs at one level are allowed, so this one is no duplicate.
    main = _HTTP.sub(lambda found: f"{found[0]} access_log {root}/{_LOG};", files[_MAIN])
    texts = [text for path, text in files.items() if path.startswith("etc/nginx/")]
    has_pid = any(re.search(rf"{_BEGIN}pid\s", text, re.M) for text in texts)
    return main if has_pid else f"pid {root}/{_PID}; {main}"


def _in_tree(path: str) -> str:
    """'' where it is no file of the tree."""
    if path.startswith(_NOT_IN_THE_TREE) or path in ("off", "stderr") or "$" in path:
        return ""
    relative = PurePosixPath(path.lstrip("/"))
    return "" if ".." in relative.parts or not relative.parts else str(relative)


def _hosts(text: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        known |= dict.fromkeys(names, address)
    return known
