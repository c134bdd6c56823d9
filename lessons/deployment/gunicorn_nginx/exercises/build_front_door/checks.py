import io
import re
from types import SimpleNamespace

import crossplane
from crossplane import lexer

from sandbox.jail.examiner import ExerciseTestCase, Mismatch

CONF = "etc/nginx/nginx.conf"
SOCKET = "unix:/run/books/gunicorn.sock"
# What may be included. nginx -t has the same files.
BESIDE = {
    "mime.types": "",
    "proxy_params": """proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
""",
}
# Directives of which those of the innermost block that has any replace all others.
TOGETHER = {"proxy_set_header", "add_header"}
UNITS = {
    "": 1,
    "ms": 0.001,
    "s": 1,
    "m": 60,
    "h": 3_600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_592_000,
    "y": 31_536_000,
}
SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def parsed(text):
    """The directives, as crossplane reads them; it reads files only, so it gets one from memory."""
    lexer.io = SimpleNamespace(open=lambda *_, **__: io.StringIO(text))
    found = crossplane.parse(CONF, single=True, check_ctx=False, check_args=False)["config"][0]
    if found["errors"]:
        raise Mismatch(
            expected="directives that can be read", got=str(found["errors"][0]["error"]), what=CONF
        )
    return included(found["parsed"])


def included(block):
    out = []
    for one in block:
        if one["directive"] == "include":
            name = one["args"][0].rpartition("/")[2]
            out += parsed(BESIDE[name]) if BESIDE.get(name) else []
        else:
            out.append({**one, "block": included(one["block"])} if "block" in one else one)
    return out


def seconds(word):
    """ "30d" and "1h 30m" are 2592000 and 5400; "max" is ten years."""
    if word == "max":
        return UNITS["y"] * 10
    parts = re.findall(r"(\d+)(ms|[smhdwMy]?)", word.lstrip("@"))
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def size(word):
    found = re.fullmatch(r"(\d+)([kmg]?)", word.lower())
    return int(found[1]) * SIZES[found[2]] if found else -1


def holds(args, host):
    """Whether the condition of an `if` is true for a request of this host, as far as it is about the host."""
    if len(args) != 3 or args[0] not in ("$host", "$http_host"):
        return False
    how, what = args[1].lstrip("!"), args[2]
    if how == "=":
        found = host == what
    else:
        found = bool(re.search(what, host, re.IGNORECASE if how == "~*" else 0))
    return found != args[1].startswith("!")


class Place:
    """Where a request ends up: the blocks around it, from http to the location."""

    def __init__(self, blocks):
        self.blocks = blocks

    def of(self, name):
        """Arguments of this directive where it holds: of the innermost block that has it."""
        for block in reversed(self.blocks):
            found = [one["args"] for one in block if one["directive"] == name]
            if found:
                return found if name in TOGETHER else found[-1]
        return []

    def own(self, name):
        """Of the last block only: what is not inherited."""
        return next((one["args"] for one in self.blocks[-1] if one["directive"] == name), [])


class Site:
    def __init__(self, text):
        top = parsed(text)
        self.http = [one for block in top if block["directive"] == "http" for one in block["block"]]
        self.servers = [one["block"] for one in self.http if one["directive"] == "server"]

    def upstream(self, target):
        """ "http://books" as the addresses that are behind it."""
        name = target.partition("://")[2].removesuffix("$request_uri")
        for one in self.http:
            if one["directive"] == "upstream" and one["args"] == [name.partition("/")[0]]:
                return [inner["args"][0] for inner in one["block"] if inner["directive"] == "server"]
        return [name.partition(".sock")[0] + ".sock"] if name.startswith("unix:") else [name]

    def server(self, host):
        fits = [block for block in self.servers if self._port_80(block) is not None]
        for block in fits:
            if host in [name for one in block if one["directive"] == "server_name" for name in one["args"]]:
                return block
        chosen = [block for block in fits if self._port_80(block)]
        return (chosen or fits or [None])[0]

    @staticmethod
    def _port_80(block):
        """None if it does not listen there; otherwise whether it is the default."""
        listens = [one["args"] for one in block if one["directive"] == "listen"] or [["80"]]
        ours = [args for args in listens if re.search(r"(^|:)80$", args[0])]
        return any("default_server" in args for args in ours) if ours else None

    def place(self, host, path):
        """Where nginx takes it. None without a server."""
        server = self.server(host)
        if server is None:
            return None
        blocks, block = [self.http, server], server
        for one in server:
            if one["directive"] == "if" and holds(one["args"], host):
                return Place([*blocks, one["block"]])
        while (found := self._location(block, path)) is not None:
            block = found
            blocks.append(block)
        return Place([self.http, server, self._named(server, block)] if self._is_tried(block) else blocks)

    @staticmethod
    def _is_tried(block):
        """try_files $uri @app: what is no file goes to a named location."""
        return any(one["directive"] == "try_files" and one["args"][-1].startswith("@") for one in block)

    @staticmethod
    def _named(server, block):
        name = next(one["args"][-1] for one in block if one["directive"] == "try_files")
        found = [one["block"] for one in server if one["directive"] == "location" and one["args"] == [name]]
        return [{"directive": "#prefix", "args": ["/"]}, *found[0]] if found else []

    @staticmethod
    def _location(block, path):
        """Exact, then ^~, then regular expressions, then the longest prefix."""
        best, best_length, is_final = None, -1, False
        matching = []
        for one in block:
            if one["directive"] != "location":
                continue
            how, what = one["args"] if len(one["args"]) == 2 else ("", one["args"][0])
            if how == "=" and path == what:
                return one["block"]
            if how in ("", "^~") and path.startswith(what) and len(what) > best_length:
                best = [{"directive": "#prefix", "args": [what]}, *one["block"]]
                best_length, is_final = len(what), how == "^~"
            if how in ("~", "~*") and re.search(what, path, re.IGNORECASE if how == "~*" else 0):
                matching.append(one["block"])
        return matching[0] if matching and not is_final else best

    def file(self, place, path):
        alias, prefix = place.own("alias"), place.own("#prefix")
        if alias:
            return alias[0] + path.removeprefix(prefix[0] if prefix else "")
        root = place.of("root")
        return root[0].rstrip("/") + path if root else ""


class Checks(ExerciseTestCase):
    def site(self):
        return Site(self.files[CONF])

    def place(self, path, host="books.example"):
        place = self.site().place(host, path)
        self.expect_true(
            place is not None, expected="a server on port 80", what=f"GET {path} of {host}", concept="listen"
        )
        return place

    def proxied(self, path):
        """The place of a path that has to reach Gunicorn."""
        place = self.place(path)
        target = place.own("proxy_pass")
        self.expect_true(
            bool(target),
            expected="a proxy_pass",
            what=f"GET {path}",
            concept="location: the longest prefix wins",
        )
        self.expect(
            self.site().upstream(target[0]),
            [SOCKET],
            what=f"Where GET {path} is passed to",
            concept="upstream … { server unix:/…; }, or proxy_pass http://unix:/…",
        )
        return place

    def test_nginx_t(self):
        """nginx -t finds nothing wrong."""
        said = self.tool("nginx")
        # It is not root here, and says so.
        told = "\n".join(line for line in said.stderr.splitlines() if 'the "user" directive' not in line)
        self.expect_true(
            said.exit == 0 and "[warn]" not in told,
            expected="syntax is ok, test is successful",
            what=told.strip()[:600] or "nginx said nothing",
            concept="Every directive ends with a semicolon, and stands in a context that it belongs to",
        )

    def test_app(self):
        """Pages go to Gunicorn, with the path as it came."""
        for path in ("/", "/books/7/", "/staticky/", "/events/today/"):
            place = self.proxied(path)
            target = place.own("proxy_pass")[0]
            # What stands behind the name; a socket's path ends at a second colon.
            name = target.partition("://")[2]
            uri = (
                name.partition(".sock:")[2] if name.startswith("unix:") else "".join(name.partition("/")[1:])
            )
            self.expect_true(
                uri in ("", "$request_uri") or (uri == "/" and place.own("#prefix") == ["/"]),
                expected=f"GET {path} as it came",
                what=f"proxy_pass {target}",
                concept="With anything behind the upstream's name, the location's prefix is replaced by it",
            )

    def test_headers(self):
        """Django learns host, visitor and scheme, on every page."""
        for path in ("/", "/books/7/", "/events/"):
            set_headers = {args[0].lower(): args[1] for args in self.proxied(path).of("proxy_set_header")}
            by_default = "as nginx has it by default"
            for name, allowed in (
                ("host", ("$host", "$http_host")),
                ("x-forwarded-for", ("$proxy_add_x_forwarded_for",)),
                ("x-forwarded-proto", ("$scheme",)),
            ):
                self.expect_true(
                    set_headers.get(name) in allowed,
                    expected=f"{name}: {' or '.join(allowed)}",
                    what=f"GET {path} is passed on with {name}: {set_headers.get(name, by_default)}",
                    concept="One proxy_set_header in a location replaces all that the server has",
                )

    def test_static(self):
        """Static files come from their folder, by nginx alone."""
        self.expect_files("/static/", "/srv/books/static/")

    def test_media(self):
        """Media files come from their folder, by nginx alone."""
        self.expect_files("/media/", "/srv/books/media/")

    def expect_files(self, prefix, folder):
        for name in ("app.3f2a.css", "covers/7.jpg"):
            place = self.place(prefix + name)
            self.expect(
                place.own("proxy_pass"), [], what=f"proxy_pass at {prefix}{name}", concept="A file is no page"
            )
            self.expect(
                self.site().file(place, prefix + name).replace("//", "/"),
                folder + name,
                what=f"The file for GET {prefix}{name}",
                concept="root appends the whole path; alias replaces the location's prefix, slash for slash",
            )

    def test_kept(self):
        """Browsers may keep static files for 30 days at least."""
        place = self.place("/static/app.3f2a.css")
        ages = [
            seconds(args[0]) for args in [place.of("expires")] if args and args[0] not in ("off", "epoch")
        ]
        for name, value, *_ in place.of("add_header"):
            if name.lower() == "cache-control":
                ages += [int(age) for age in re.findall(r"max-age=(\d+)", value)]
        self.expect_true(
            bool(ages) and min(ages) >= 30 * 86_400,
            expected="expires 30d, or Cache-Control: max-age=2592000, or more",
            what=f"GET /static/app.3f2a.css may be kept for {max(ages, default=0):,.0f} s",
            concept="expires sets both Expires and Cache-Control",
        )

    def test_uploads(self):
        """Uploads of 20 MB get through, and larger ones do not."""
        for path in ("/", "/books/new/"):
            allowed = self.proxied(path).of("client_max_body_size") or ["1m"]
            self.expect_true(
                20_000_000 <= size(allowed[0]) <= 21_000_000,
                expected="20 MB",
                what=f"POST {path} may bring {allowed[0]}",
                concept="client_max_body_size is 1m by default; beyond it, nginx answers 413 itself",
            )

    def test_buffered(self):
        """Slow visitors hold no worker on ordinary pages."""
        for path in ("/", "/books/7/"):
            place = self.proxied(path)
            for name in ("proxy_buffering", "proxy_request_buffering"):
                self.expect_true(
                    (place.of(name) or ["on"])[0] == "on",
                    expected=f"{name} on, as by default",
                    what=f"GET {path}: {name} is off",
                    concept="What is switched off in server or http is off everywhere",
                )

    def test_events(self):
        """Events are passed on as they come, after an hour of silence too."""
        place = self.proxied("/events/")
        self.expect_true(
            (place.of("proxy_buffering") or ["on"])[0] == "off",
            expected="proxy_buffering off",
            what="GET /events/: nginx collects what the app sends",
            concept="A location of its own for what is different",
        )
        waits = seconds((place.of("proxy_read_timeout") or ["60s"])[0])
        self.expect_true(
            waits >= 3_600,
            expected="an hour",
            what=f"nginx waits {waits:,.0f} s for the next bit",
            concept="proxy_read_timeout is counted between two reads, and is 60s by default",
        )

    def test_strangers(self):
        """Who asks for another host never reaches Gunicorn."""
        for host in ("evil.example", "203.0.113.7", "", "books.example.evil.example"):
            place = self.place("/", host)
            returned = place.of("return")
            is_denied = place.of("deny") == ["all"] and not place.of("allow")  # a 403
            self.expect_true(
                (bool(returned) and returned[0].isdigit() and int(returned[0]) >= 400)
                or (not returned and is_denied),
                expected="return 444, or another refusal",
                what=f"GET / of {host or 'no host at all'}: "
                + (f"return {' '.join(returned)}" if returned else "is served as any page"),
                concept="Where no server_name fits, the default_server answers, or the first in the file",
            )
        for name in ("return", "deny"):
            self.expect(self.place("/").of(name), [], what=f"{name} for books.example itself")
