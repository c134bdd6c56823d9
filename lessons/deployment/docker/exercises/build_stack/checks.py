import shlex

import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for

from sandbox.jail.examiner import ExerciseTestCase

FIVE = ("web", "worker", "migrate", "db", "redis")
STARTED, HEALTHY = "service_started", "service_healthy"
COMPLETED = "service_completed_successfully"
RANK = {STARTED: 0, HEALTHY: 1, COMPLETED: 1}


class Checks(ExerciseTestCase):
    @property
    def document(self):
        try:
            found = yaml.safe_load(self.files.get("compose.yaml", ""))
        except yaml.YAMLError as error:
            self.expect(str(error), "YAML", what="compose.yaml")
        self.expect_true(isinstance(found, dict), expected="a mapping with `services:`", what="compose.yaml")
        return found

    @property
    def services(self):
        """The five, with what they extend from within the file."""
        found = self.document.get("services") or {}
        self.expect(sorted(set(FIVE) - set(found)), [], what="Services that are missing")
        return {name: self.extended(body or {}, found) for name, body in found.items()}

    def extended(self, body, services):
        rule = body.get("extends")
        name = rule.get("service") if isinstance(rule, dict) else rule
        if not name or name not in services:
            return body
        parent = self.extended(services[name] or {}, services)
        merged = {**parent, **body}
        for key in ("environment", "depends_on"):
            mine, theirs = body.get(key), parent.get(key)
            if isinstance(mine, dict) and isinstance(theirs, dict):
                merged[key] = {**theirs, **mine}
        return merged

    def waits(self, name, seen=()):
        """{service: condition} of all that has to be there before this one starts, in however many steps."""
        if name in seen:
            return {}
        depends = self.services[name].get("depends_on") or {}
        if isinstance(depends, list):
            depends = {one: {"condition": STARTED} for one in depends}
        found = {}
        for other, rule in depends.items():
            condition = (rule or {}).get("condition", STARTED)
            behind = self.waits(other, (*seen, name)) if other in self.services else {}
            for one, reached in [(other, condition), *behind.items()]:
                if RANK.get(reached, 0) >= RANK.get(found.get(one), -1):
                    found[one] = reached
        return found

    def argv(self, name):
        body = self.services[name]
        given = [body.get("entrypoint"), body.get("command")]
        words = [shlex.split(one) if isinstance(one, str) else list(map(str, one or [])) for one in given]
        flat = [word for part in words for word in part]
        return [piece for word in flat for piece in (shlex.split(word) if " " in word else [word])]

    def environment(self, name):
        given = self.services[name].get("environment") or {}
        if isinstance(given, list):
            given = dict(str(one).partition("=")[::2] for one in given)
        return {key: "" if value is None else str(value) for key, value in given.items()}

    def test_schema(self):
        """compose.yaml is what the Compose Specification's schema allows, with the five services."""
        schema = get_builtin_schema("vendor.compose-spec")
        errors = [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
            for error in validator_for(schema)(schema).iter_errors(self.document)
        ]
        self.expect(errors, [], what="What the schema finds")
        self.expect(sorted(set(FIVE) - set(self.services)), [], what="Services that are missing")

    def test_known_services(self):
        """Whoever waits, waits for a service that exists, and nobody in a circle."""
        for name, body in self.services.items():
            for other in body.get("depends_on") or []:
                self.expect_in(other, self.services, what=f"What {name} depends on")
            self.expect_true(
                name not in self.waits(name),
                expected="no circle",
                what=f"{name} waits for {name}",
                concept="depends_on",
            )

    def test_migrate(self):
        """migrate runs the migrations once, when the database is healthy, and is not started again."""
        self.expect_true(
            "migrate" in self.argv("migrate"),
            expected="manage.py migrate",
            what=f"Command of migrate: {' '.join(self.argv('migrate')) or 'that of the image'}",
        )
        self.expect(
            self.waits("migrate").get("db"),
            HEALTHY,
            what="migrate waits for db",
            concept="A container that is started is no database that answers yet",
        )
        restart = self.services["migrate"].get("restart", "no")
        self.expect_true(
            restart in ("no", False) or str(restart).startswith("on-failure"),
            expected='restart: "no"',
            what=f"restart of migrate: {restart}",
            concept="always and unless-stopped start it again when it has ended, whatever it ended with",
        )

    def test_order(self):
        """web and worker start when the migrations have ended well and Redis is healthy."""
        for name in ("web", "worker"):
            waits = self.waits(name)
            self.expect(
                waits.get("migrate"),
                COMPLETED,
                what=f"{name} waits for migrate",
                concept="service_completed_successfully: it has ended, and with 0",
            )
            self.expect(waits.get("redis"), HEALTHY, what=f"{name} waits for redis")
            self.expect(waits.get("db"), HEALTHY, what=f"{name} waits for db, itself or by way of migrate")

    def test_health(self):
        """db, redis and web have a health check, which asks the service itself."""
        programs = {"db": ("pg_isready", "psql"), "redis": ("redis-cli", "valkey-cli"), "web": ()}
        for name, wanted in programs.items():
            check = self.services[name].get("healthcheck") or {}
            test = check.get("test")
            words = test if isinstance(test, str) else " ".join(map(str, test or []))
            self.expect_true(
                words and words != "NONE" and not check.get("disable"),
                expected="a test",
                what=f"healthcheck of {name}",
                concept="Without one, service_healthy is never reached",
            )
            self.expect_true(
                not wanted or any(one in words for one in wanted),
                expected=f"{' or '.join(wanted)} in its test",
                what=f"healthcheck of {name}: {words}",
                concept="A test that is always true says nothing about the service",
            )
            if isinstance(test, list):
                self.expect_in(
                    str(test[0]), ("CMD", "CMD-SHELL", "NONE"), what=f"First word of the test of {name}"
                )
        words = str(self.services["web"]["healthcheck"]["test"])
        self.expect_true(
            "8000" in words, expected="a request to port 8000", what=f"healthcheck of web: {words}"
        )

    def test_ports(self):
        """Only web is published to the host."""
        published = sorted(
            name
            for name, body in self.services.items()
            if body.get("ports") or body.get("network_mode") == "host"
        )
        self.expect(
            published,
            ["web"],
            what="Services with ports",
            concept="Services of one network reach each other by name; ports are for the world outside",
        )
        found = [
            str(one.get("target") if isinstance(one, dict) else str(one).split("/")[0].rpartition(":")[2])
            for one in self.services["web"]["ports"]
        ]
        self.expect_in("8000", found, what="Port of the container that is published")

    def test_data(self):
        """The database's rows are in a named volume, and outlive the container."""
        found = []
        for one in self.services["db"].get("volumes") or []:
            if isinstance(one, dict):
                source, target = str(one.get("source", "")), str(one.get("target", ""))
            else:
                source, _, rest = str(one).partition(":")
                target = rest.split(":")[0]
            if target.rstrip("/") in ("/var/lib/postgresql/data", "/var/lib/postgresql"):
                found.append(source)
        self.expect_true(found, expected="a volume at /var/lib/postgresql/data", what="volumes of db")
        self.expect_true(
            found[0] in (self.document.get("volumes") or {}),
            expected="its name below the file's own `volumes:`",
            what=f"Source of the volume: {found[0] or 'none'}",
            concept="A named volume stays when the container goes; an anonymous one is lost sight of",
        )

    def test_no_secrets(self):
        """No password and no key stands in the file: they come from the environment, or from files."""
        for name in self.services:
            for key, value in self.environment(name).items():
                secret = key in ("SECRET_KEY", "POSTGRES_PASSWORD", "PGPASSWORD", "REDIS_PASSWORD")
                if secret:
                    self.expect_true(
                        value == "" or value.startswith("$"),
                        expected="${" + key + "}",
                        what=f"{key} of {name}",
                        concept="compose.yaml is in Git; .env and secrets are not",
                    )
                if key == "DATABASE_URL" and "@" in value:
                    account = value.partition("://")[2].rpartition("@")[0]
                    self.expect_true(
                        ":" not in account or account.partition(":")[2].startswith("$"),
                        expected="postgres://kettle:${POSTGRES_PASSWORD}@db:5432/kettle",
                        what=f"DATABASE_URL of {name}",
                    )
        defaults = [
            f"{name}: {key}"
            for name in self.services
            for key, value in self.environment(name).items()
            if key in ("SECRET_KEY", "POSTGRES_PASSWORD") and "-" in value and "?" not in value
        ]
        self.expect(
            defaults, [], what="Secrets with a default", concept="${NAME:?} stops where it is missing"
        )

    def test_settings(self):
        """web, worker and migrate have what kettle/settings.py reads, and find db and redis by name."""
        for name in ("web", "worker", "migrate"):
            files = self.services[name].get("env_file")
            told = self.environment(name)
            for key, host in (("SECRET_KEY", ""), ("DATABASE_URL", "db"), ("REDIS_URL", "redis")):
                if files and key not in told:
                    continue
                self.expect_in(key, told, what=f"Variables of {name}", concept="environment")
                value = told[key]
                if host and value and not value.startswith("$"):
                    self.expect_true(
                        value.rpartition("@")[2].partition("://")[2].split(":")[0].split("/")[0] == host
                        if "@" not in value
                        else value.rpartition("@")[2].split(":")[0].split("/")[0] == host,
                        expected=f"the host {host}",
                        what=f"{key} of {name}: {value}",
                        concept="In a container localhost is the container itself",
                    )

    def test_images(self):
        """db and redis come with a tag; web, worker and migrate are the same image."""
        for name in ("db", "redis"):
            image = str(self.services[name].get("image") or "")
            tag = image.rpartition("/")[2].partition(":")[2]
            self.expect_true(
                tag not in ("", "latest") or "@sha256" in image or image.startswith("$"),
                expected="a version as its tag",
                what=f"Image of {name}: {image or 'none'}",
                concept="Another major version of PostgreSQL does not read the old volume",
            )
        ours = [
            str(
                (self.services[name].get("image"), self.services[name].get("build"))
                if not self.services[name].get("image")
                else self.services[name]["image"]
            )
            for name in ("web", "worker", "migrate")
        ]
        self.expect(len(set(ours)), 1, what=f"Images of web, worker and migrate: {', '.join(ours)}")

    def test_worker(self):
        """worker runs Celery, and web is what the image starts."""
        self.expect_in("celery", self.argv("worker"), what="Command of worker")
        self.expect_in("worker", self.argv("worker"), what="Command of worker")
        self.expect_not_in("runserver", self.argv("web"), what="Command of web")
        for name in ("web", "worker"):
            self.expect_true(
                str(self.services[name].get("restart", "no")) in ("always", "unless-stopped", "on-failure")
                or str(self.services[name].get("restart", "")).startswith("on-failure:"),
                expected="restart: unless-stopped",
                what=f"restart of {name}: {self.services[name].get('restart', 'none')}",
            )
