import shlex

import yaml

from sandbox.jail.examiner import ExerciseTestCase, LearnerError, Mismatch

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
KNOWN = {
    *("type", "name", "runtime", "env", "plan", "region", "repo", "branch", "rootDir", "schedule", "domains"),
    *("buildCommand", "preDeployCommand", "startCommand", "healthCheckPath", "initialDeployHook", "envVars"),
    *("autoDeploy", "autoDeployTrigger", "numInstances", "scaling", "disk", "buildFilter", "previews"),
    *("maxShutdownDelaySeconds", "ipAllowList"),
}
HERE = {"SECRET_KEY": "k" * 60, "DATABASE_URL": "postgres://ada:s3cret@db.example:5432/tides"}
AWAY = """
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import OperationalError

def away(self, *arguments):
    raise OperationalError('connection to server at "db.example", user "ada" failed')

kept = [(CursorWrapper, "execute")]
kept += [(BaseDatabaseWrapper, name) for name in ("ensure_connection", "connect")]
away.kept = [(owner, name, getattr(owner, name)) for owner, name in kept]
for owner, name in kept:
    setattr(owner, name, away)
"""
BACK = """
from django.db.backends.utils import CursorWrapper
for owner, name, function in CursorWrapper.execute.kept:
    setattr(owner, name, function)
"""
HOSTS = """
from django.http.request import validate_host
{h: validate_host(h, %r) for h in ("tide-table.onrender.com", "evil.example", "other.onrender.com")}
"""


def calls(line):
    """The program calls of a shell line, and what stands between them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError as error:
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
    @property
    def blueprint(self):
        try:
            found = yaml.safe_load(self.files.get("render.yaml", ""))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise Mismatch(expected="YAML", got=" ".join(str(error).split()), what="render.yaml") from None
        self.expect_true(isinstance(found, dict), expected="services and databases", what="render.yaml")
        return found

    def service(self, kind):
        found = [one for one in self.blueprint.get("services") or [] if one.get("type") == kind]
        self.expect(len(found), 1, what=f"Services of the type {kind}")
        return found[0]

    def variable(self, service, key):
        """Where a service has a variable from: its entry, or that of a group, with the group's name."""
        groups = {
            group["name"]: group.get("envVars", []) for group in self.blueprint.get("envVarGroups") or []
        }
        entries = []
        for entry in service.get("envVars") or []:
            if entry.get("key") == key:
                entries.append(entry)
            for inner in groups.get(entry.get("fromGroup"), []):
                if inner.get("key") == key:
                    entries.append({**inner, "group": entry["fromGroup"]})
        self.expect_true(
            len(entries) == 1,
            expected=f"{key}, once",
            what=f"Variables of {service.get('name')}: {len(entries)} are {key}",
        )
        return entries[0]

    def test_shape(self):
        """Everything in the blueprint is something that Render knows."""
        known = {"services", "databases", "envVarGroups", "projects", "previews"}
        self.expect(sorted(set(self.blueprint) - known), [], what="Unknown names at the top")
        for service in self.blueprint.get("services") or []:
            self.expect(sorted(set(service) - KNOWN), [], what=f"Unknown names of {service.get('name')}")
            self.expect_true(
                service.get("name"), expected="a name", what=f"A service of the type {service.get('type')}"
            )
            runtime = service.get("runtime", service.get("env"))
            self.expect(runtime, "python", what=f"Runtime of {service['name']}")

    def test_web(self):
        """The web service builds the app, and serves it with gunicorn at Render's port."""
        service = self.service("web")
        build = self.lines(service.get("buildCommand", ""))
        self.expect_true(
            any(program(call)[0] in ("pip", "pip3", "uv") and "requirements.txt" in call for call in build),
            expected="requirements.txt is installed",
            what=f"buildCommand is {service.get('buildCommand')!r}",
        )
        collects = [call for call in build if manages(call, "collectstatic")]
        self.expect_true(
            collects and {"--noinput", "--no-input"} & set(collects[0]),
            expected="collectstatic --noinput",
            what=f"buildCommand is {service.get('buildCommand')!r}",
            concept="What the build makes is part of every instance; nobody is there to answer a question",
        )
        self.expect_gunicorn(service.get("startCommand", ""), "startCommand")

    def lines(self, command):
        return [call for line in str(command).splitlines() for call in calls(line)[0]]

    def test_migrates(self):
        """The migrations run once for each deployment, before the new instances, and nowhere else."""
        service = self.service("web")
        before = str(service.get("preDeployCommand", ""))
        self.expect_true(
            any(manages(call, "migrate") for call in self.lines(before)),
            expected="manage.py migrate",
            what=f"preDeployCommand is {before!r}",
            concept="After the build, before the first new instance, once; its failure ends the deployment",
        )
        between = {word for line in before.splitlines() for word in calls(line)[1]}
        self.expect_true(
            between <= {"&&"}, expected="commands joined by &&", what=f"{before!r} forgets a failure"
        )
        for name in ("buildCommand", "startCommand"):
            elsewhere = any(manages(call, "migrate") for call in self.lines(service.get(name, "")))
            self.expect_true(not elsewhere, expected="no migration", what=f"{name} is {service.get(name)!r}")
        self.expect_true(
            service.get("plan", "starter") != "free",
            expected="a paid plan",
            what="plan: free",
            concept="preDeployCommand is not part of the free plan",
        )

    def test_database(self):
        """Both services have the address of the one database, and the file does not have it."""
        names = [one.get("name") for one in self.blueprint.get("databases") or []]
        self.expect(len(names), 1, what="Databases of the blueprint")
        web = self.service("web")
        for service in (web, self.service("cron")):
            entry = self.variable(service, "DATABASE_URL")
            if "fromService" in entry and service is not web:
                source = entry["fromService"]
                self.expect(
                    [source.get("type"), source.get("name"), source.get("envVarKey")],
                    ["web", web["name"], "DATABASE_URL"],
                    what=f"DATABASE_URL of {service['name']}",
                )
                continue
            source = entry.get("fromDatabase") or {}
            self.expect(
                [source.get("name"), source.get("property")],
                [names[0], "connectionString"],
                what=f"DATABASE_URL of {service['name']}: name and property of fromDatabase",
                concept="fromDatabase: Render fills the address in, and changes it where it changes",
            )

    def test_secrets(self):
        """SECRET_KEY is made once for both services, the API key is asked for; neither is written down."""
        web, cron = self.service("web"), self.service("cron")
        first, second = self.variable(web, "SECRET_KEY"), self.variable(cron, "SECRET_KEY")
        self.expect(first.get("generateValue"), True, what="SECRET_KEY of the web service: generateValue")
        self.expect_not_in("value", first, what="SECRET_KEY of the web service")
        source = second.get("fromService") or {}
        takes = [source.get("type"), source.get("name"), source.get("envVarKey")] == [
            "web",
            web["name"],
            "SECRET_KEY",
        ]
        shares = second.get("group") is not None and second.get("group") == first.get("group")
        self.expect_true(
            takes or shares,
            expected="the key of the web service",
            what=f"SECRET_KEY of the cron job: {second}",
            concept="generateValue twice makes two keys: what one signs, the other refuses",
        )
        key = self.variable(cron, "TIDE_API_KEY")
        self.expect(
            key.get("sync"), False, what="TIDE_API_KEY: sync", concept="sync: false asks in the dashboard"
        )
        self.expect_not_in("value", key, what="TIDE_API_KEY")

    def test_cron(self):
        """The tides are fetched every day at 03:00 UTC."""
        service = self.service("cron")
        fields = str(service.get("schedule", "")).split()
        self.expect(len(fields), 5, what=f"Fields of the schedule {service.get('schedule')!r}")
        at = [int(field) if field.isdigit() else field for field in fields[:2]]
        self.expect(at, [0, 3], what="Minute and hour", concept="minute, hour, day, month, weekday; in UTC")
        self.expect_true(
            all(field in ("*", "*/1", "0-6", "1-31", "1-12", "0-7", "?") for field in fields[2:]),
            expected="every day",
            what=f"The schedule is {service.get('schedule')!r}",
        )
        run = self.lines(service.get("startCommand", ""))
        self.expect_true(
            any(manages(call, "fetch_tides") for call in run),
            expected="manage.py fetch_tides",
            what=f"startCommand is {service.get('startCommand')!r}",
        )
        build = self.lines(service.get("buildCommand", ""))
        self.expect_true(
            any("requirements.txt" in call for call in build),
            expected="requirements.txt is installed",
            what=f"buildCommand of the cron job is {service.get('buildCommand')!r}",
            concept="A cron job is a service of its own, with a build of its own",
        )

    def test_health(self):
        """The health check asks the database, and tells nobody where it is."""
        path = self.service("web").get("healthCheckPath", "")
        self.expect(path, "/healthz/", what="healthCheckPath")
        self.expect(self.client.get(path).status_code, 200, what=f"GET {path} with a database")
        self.project.run(AWAY)
        try:
            response = self.client.get(path)
            status, text = response.status_code, response.text
        except LearnerError:
            # An exception is a 500, which the platform takes for what it is.
            status, text = 500, ""
        finally:
            self.project.run(BACK)
        self.expect_in(
            status,
            [500, 503],
            what=f"GET {path} without a database",
            concept="A check that asks nothing finds nothing",
        )
        for word in ("db.example", "ada"):
            self.expect_not_in(
                word, text, what="What it says without a database", concept="Everybody may ask it"
            )
        self.expect(self.client.get(path).status_code, 200, what=f"GET {path} with a database again")

    def test_hosts(self):
        """Requests to the service's host are answered, those to strangers are not."""
        told = self.works(**HERE, RENDER_EXTERNAL_HOSTNAME="tide-table.onrender.com")
        allowed = self.project.run(HOSTS % (told["ALLOWED_HOSTS"],))
        self.expect(
            allowed,
            {"tide-table.onrender.com": True, "evil.example": False, "other.onrender.com": False},
            what=f"ALLOWED_HOSTS is {told['ALLOWED_HOSTS']}",
            concept="The host is in the environment: neither * nor .onrender.com, which is everybody's",
        )
        told = self.works(**HERE)
        self.expect_true(
            "localhost" in told["ALLOWED_HOSTS"] and "" not in told["ALLOWED_HOSTS"],
            expected="localhost",
            what=f"Without the variable: {told['ALLOWED_HOSTS']}",
        )
