import json
import re
import shlex

from sandbox.jail.examiner import ExerciseTestCase, Mismatch

SECURE = """
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory, override_settings

def answers(settings):
    names = ("SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER")
    chosen = {name: settings.get(name) for name in names}
    chosen["SECURE_PROXY_SSL_HEADER"] = tuple(chosen["SECURE_PROXY_SSL_HEADER"] or ()) or None
    chosen["SECURE_SSL_REDIRECT"] = bool(chosen["SECURE_SSL_REDIRECT"])
    with override_settings(ALLOWED_HOSTS=["*"], **chosen):
        middleware = SecurityMiddleware(lambda request: HttpResponse("ok"))
        asked = [{}, {"headers": {"x-forwarded-proto": "http"}}, {"headers": {"x-forwarded-proto": "https"}}]
        return [middleware(RequestFactory().get("/", **one)).status_code for one in asked]

answers(%r)
"""

SETTINGS = """
import os

def under(environment, text):
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    names = {"__file__": "/app/config/settings.py", "__name__": "config.settings"}
    try:
        exec(compile(text, "config/settings.py", "exec"), names)
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        os.environ.clear()
        os.environ.update(kept)
    return {name: shown(value) for name, value in names.items() if name.isupper()}

def shown(value):
    if isinstance(value, dict):
        return {str(name): shown(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [shown(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)

under(%r, %r)
"""
WIDE = ("0.0.0.0", "", "[::]")
PROCESS = re.compile(r"^([A-Za-z0-9_-]+):\s*(.+)$")
PRODUCTION = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "tides.example",
    "DATABASE_URL": "postgres://ada:s3cret@db.example:5432/tides",
}


def calls(line):
    """The program calls of a shell line, and what stands between them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except (ValueError, RecursionError) as error:
        raise Mismatch(expected="a command", got=line, what=f"The shell cannot read it: {error}") from None
    found, between = [[]], []
    for word in words:
        if set(word) <= set("&|;"):
            between.append(word)
            found.append([])
        else:
            found[-1].append(word)
    return [call for call in found if call], between


def program(call):
    """Name and arguments, whether by itself, by `exec`, or by `python -m`."""
    call = call[1:] if call[0] == "exec" else call
    while call and "=" in call[0] and not call[0].startswith("-"):
        call = call[1:]
    if call[:2] in (["python", "-m"], ["python3", "-m"]):
        call = call[2:]
    return (call[0], call[1:]) if call else ("", [])


def manages(call, command):
    name, arguments = program(call)
    if name in ("python", "python3"):
        name, arguments = arguments[0] if arguments else "", arguments[1:]
    return name.removeprefix("./") in ("manage.py", "django-admin", "django") and arguments[:1] == [command]


def bound(arguments):
    """Where gunicorn listens: what it is told, or what it takes from $PORT by itself."""
    told = [value for name, value in zip(arguments, arguments[1:], strict=False) if name in ("-b", "--bind")]
    told += [word.partition("=")[2] for word in arguments if word.startswith("--bind=")]
    told += [word[2:].lstrip("=") for word in arguments if word.startswith("-b") and len(word) > 2]
    return told or ["0.0.0.0:$PORT"]


class ReadsSettings(ExerciseTestCase):
    def under(self, **environment):
        """The upper-case names of config/settings.py, run in this environment and no other."""
        return self.project.run(SETTINGS % (environment, self.files["config/settings.py"]))

    def works(self, **environment):
        told = self.under(**environment)
        self.expect_not_in(
            "error", told, what=f"config/settings.py with {', '.join(environment)}: {told.get('error', '')}"
        )
        return told

    def expect_gunicorn(self, line, what):
        """The last call is gunicorn, which serves config.wsgi at the platform's port."""
        found, _ = calls(line)
        name, arguments = program(found[-1]) if found else ("", [])
        self.expect(
            name,
            "gunicorn",
            what=what,
            concept="runserver is for development; gunicorn is in requirements.txt",
        )
        modules = [word for word in arguments if word.partition(":")[0] == "config.wsgi"]
        self.expect_true(
            modules, expected="config.wsgi", what=f"{what}: {line}", concept="The project's package is config"
        )
        for address in bound(arguments):
            host, _, port = address.rpartition(":")
            self.expect_true(
                host in WIDE and port.strip('"') in ("$PORT", "${PORT}"),
                expected="0.0.0.0:$PORT",
                what=f"{what} listens at {address}",
                concept="The platform chooses the port, and asks from outside of the machine",
            )


class Checks(ReadsSettings):
    def process(self, name):
        """The command of a process type, as Heroku reads a Procfile: other lines are nothing."""
        lines = [PROCESS.match(line) for line in self.files.get("Procfile", "").splitlines()]
        declared = {line[1]: line[2] for line in lines if line}
        self.expect_in(
            name, declared, what="Process types of the Procfile", concept="The name counts, case and all"
        )
        return declared[name]

    def test_web(self):
        """The web process is gunicorn at the platform's port, and nothing runs before it."""
        line = self.process("web")
        self.expect_gunicorn(line, "The web process")
        found, _ = calls(line)
        self.expect(
            len(found),
            1,
            what=f"Programs that {line!r} starts",
            concept="What each dyno does at each start, all do at once",
        )

    def test_release(self):
        """Each release migrates before it goes live, and fails where the migration fails."""
        line = self.process("release")
        found, between = calls(line)
        self.expect_true(
            any(manages(call, "migrate") for call in found),
            expected="manage.py migrate",
            what=f"The release process is {line!r}",
            concept="The release phase runs once, in a dyno of its own, before the new code serves",
        )
        self.expect_true(
            set(between) <= {"&&"},
            expected="commands joined by &&",
            what=f"The release process is {line!r}",
            concept="After ; | or & the status of the migration is forgotten",
        )
        asks = any(manages(call, "migrate") and {"--fake", "--check", "--plan"} & set(call) for call in found)
        self.expect_true(not asks, expected="a migration that is carried out", what=f"{line!r}")

    def test_python_version(self):
        """The Python version is one that a build can take."""
        version = self.files.get(".python-version", "").strip()
        self.expect_true(
            re.fullmatch(r"3\.13(\.\d{1,2})?", version),
            expected="3.13",
            what=f".python-version says {version!r}",
            concept="The number and nothing else; python-3.13 was the form of runtime.txt",
        )

    def test_app_json(self):
        """app.json is read, brings a database, and has no secret in it."""
        try:
            manifest = json.loads(self.files.get("app.json", ""))
        except (ValueError, RecursionError) as error:
            raise Mismatch(expected="JSON", got=str(error), what="app.json") from None
        self.expect_true(isinstance(manifest, dict), expected="an object", what="app.json")
        variables = manifest.get("env", {})
        for name, value in variables.items():
            text = value.get("value", "") if isinstance(value, dict) else value
            self.expect_true(
                isinstance(text, str),
                expected="text",
                what=f"env.{name} is {value!r}",
                concept="A variable of an environment is text",
            )
        secret = variables.get("SECRET_KEY")
        self.expect(
            secret.get("generator") if isinstance(secret, dict) else secret,
            "secret",
            what="env.SECRET_KEY.generator",
            concept="What stands in the repository is known to everybody who has read it",
        )
        self.expect_not_in(
            "value", secret, what="env.SECRET_KEY", concept="Made by Heroku, or written: not both"
        )
        addons = [
            one if isinstance(one, str) else str(one.get("plan", "")) for one in manifest.get("addons", [])
        ]
        self.expect_true(
            any(one.partition(":")[0] == "heroku-postgresql" for one in addons),
            expected="heroku-postgresql",
            what=f"addons: {addons}",
            concept="The disk of a dyno is no place for a database",
        )

    def test_debug(self):
        """DEBUG is off, unless the environment says that it is on."""
        told = self.works(**PRODUCTION)
        self.expect(
            told["DEBUG"], False, what="DEBUG without a variable", concept="Whoever forgets it is safe"
        )
        for text, wanted in (
            ("False", False),
            ("false", False),
            ("0", False),
            ("True", True),
            ("true", True),
            ("1", True),
        ):
            told = self.works(**PRODUCTION, DEBUG=text)
            self.expect(
                told["DEBUG"], wanted, what=f"DEBUG={text}", concept="Variables are text, and text is true"
            )

    def test_secret_key(self):
        """The key is the environment's, and without one the app does not start."""
        self.expect(self.works(**PRODUCTION)["SECRET_KEY"], PRODUCTION["SECRET_KEY"], what="SECRET_KEY")
        without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
        told = self.under(**without)
        self.expect_true(
            "error" in told or not told.get("SECRET_KEY"),
            expected="an error as it starts",
            what="Without SECRET_KEY there is a key nevertheless",
            concept="A default would sign sessions with a key that everybody knows",
        )

    def test_hosts(self):
        """ALLOWED_HOSTS are those of the environment, and nobody else's."""
        told = self.works(**{**PRODUCTION, "ALLOWED_HOSTS": "tides.example,www.tides.example"})
        self.expect(sorted(told["ALLOWED_HOSTS"]), ["tides.example", "www.tides.example"], what="Two hosts")
        without = {name: value for name, value in PRODUCTION.items() if name != "ALLOWED_HOSTS"}
        told = self.under(**without)
        self.expect_true(
            "error" in told or not set(told["ALLOWED_HOSTS"]) - {"", "localhost", "127.0.0.1"},
            expected="no host",
            what=f"Without the variable: {told.get('ALLOWED_HOSTS')}",
            concept="With * any Host header is believed, in links of mails too",
        )

    def test_database(self):
        """The database is where DATABASE_URL says."""
        database = self.works(**PRODUCTION)["DATABASES"]["default"]
        self.expect(
            [database.get("ENGINE"), database.get("NAME"), database.get("HOST"), database.get("USER")],
            ["django.db.backends.postgresql", "tides", "db.example", "ada"],
            what="Engine, name, host and user",
            concept="env.db() takes the address apart",
        )
        self.expect(database.get("PASSWORD"), "s3cret", what="The password")
        self.expect(str(database.get("PORT")), "5432", what="The port")

    def test_https(self):
        """http is sent to https, and what came by https is answered."""
        told = self.works(**PRODUCTION)
        without, plain, safe = self.project.run(SECURE % (told,))
        self.expect(
            safe,
            200,
            what="A request with X-Forwarded-Proto: https",
            concept="SECURE_PROXY_SSL_HEADER: or every request looks insecure, and is redirected for ever",
        )
        self.expect([without, plain], [301, 301], what="Requests by http", concept="SECURE_SSL_REDIRECT")
        for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
            self.expect(told.get(name), True, what=name, concept="A cookie for https only")
