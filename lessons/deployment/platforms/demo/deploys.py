"""From a push to an answer: build, release, start, and what each platform does where one of them fails."""

import base64
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import get_random_string

from . import commands, machine
from .manifests import READERS, Reading
from .models import App, Release
from .repository import COMMITS, files_of

PORT = "10000"
# What the app reads of its environment. Other names would reach Python or gunicorn themselves.
KNOWN = {
    *("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"),
    *("COOKIES_SECURE", "WEB_CONCURRENCY", "DISABLE_COLLECTSTATIC", "PYTHON_VERSION", "LOG_LEVEL"),
}


@dataclass(frozen=True)
class Platform:
    slug: str
    name: str
    host: str
    manifests: tuple[str, ...]
    release: str  # what the command between build and start is called, or nothing
    disk: str
    variables: str
    own: dict[str, str]
    collects: bool = False  # runs collectstatic by itself
    waits_for_health: bool = False  # the old release serves until the new one answers
    read_only: bool = False


PLATFORMS = {
    platform.slug: platform
    for platform in (
        Platform(
            slug="heroku",
            name="Heroku",
            host="lost-socks.herokuapp.com",
            manifests=("Procfile", ".python-version", "app.json"),
            release="release phase",
            disk="Each dyno has a disk of its own, gone at every restart: once a day, and with each release.",
            variables="A changed config var is a new release: the release phase runs, and the dynos restart.",
            own={"DYNO": "web.1"},
            collects=True,
        ),
        Platform(
            slug="render",
            name="Render",
            host="lost-socks.onrender.com",
            manifests=("render.yaml",),
            release="preDeployCommand",
            disk="An instance's disk is gone with the next deploy or restart, unless a `disk` is mounted.",
            variables="Variables of the blueprint and of the dashboard; a change of them deploys again.",
            own={"RENDER": "true", "RENDER_EXTERNAL_HOSTNAME": "lost-socks.onrender.com"},
            waits_for_health=True,
        ),
        Platform(
            slug="vercel",
            name="Vercel",
            host="lost-socks.vercel.app",
            manifests=("vercel.json",),
            release="",
            disk="A function may read its files, and write below /tmp only.",
            variables="A changed variable holds from the next deployment on; what is live keeps the old one.",
            own={"VERCEL": "1", "VERCEL_URL": "lost-socks.vercel.app"},
            collects=True,
            read_only=True,
        ),
    )
}


@dataclass
class Log:
    lines: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        self.lines.append(f"-----> {text}")

    def say(self, text: str) -> None:
        self.lines += [f"       {line}" for line in text.rstrip("\n").splitlines()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Failed(Exception):
    """A step went wrong; the log says how."""


def read(app: App) -> Reading:
    return READERS[app.platform]({"Procfile": "", ".python-version": "", "app.json": "", **app.manifests})


# region: deploy
def deploy(app: App, commit: str, reason: str = "") -> Release:
    """Build the commit, and put it in the live one's place if all went well."""
    platform, reading, log = PLATFORMS[app.platform], read(app), Log()
    release = _new(app, commit, reason or f"Deploy {commit}: {COMMITS[commit].title}", log)
    try:
        _object(reading, log)
        release.config = _config(app, reading, log)
        release.commands = reading.commands
        _build(app, platform, release, reading, log)
        _release_phase(app, platform, release, log)
        _start(app, platform, release, log)
    except Failed as failure:
        _fail(release, str(failure), log)
    return _kept(app, release, log)


# endregion: deploy


def set_config(app: App, changed: dict[str, str]) -> Release | None:
    """Variables by hand. What follows from it differs most between the three."""
    app.config = changed
    app.save(update_fields=["config"])
    live = app.live
    if app.platform == "vercel" or live is None:
        return None
    if app.platform == "render":
        return deploy(app, live.commit, "Environment changed")
    return _again(app, live, _allowed(changed), "Set config vars")


# region: rollback
def rollback(app: App, target: Release) -> Release:
    """Code and variables of an older release, without a build. The database stays."""
    release = _again(app, target, target.config, f"Rollback to v{target.number}")
    if app.platform == "heroku":
        app.config = dict(target.config)
        app.save(update_fields=["config"])
    return release


# endregion: rollback


def _again(app: App, old: Release, config: dict[str, str], reason: str) -> Release:
    """Another release of what was built before."""
    platform, log = PLATFORMS[app.platform], Log()
    release = _new(app, old.commit, reason, log)
    release.built, release.commands = old.built, old.commands
    release.config = config
    try:
        _release_phase(app, platform, release, log)
        _start(app, platform, release, log)
    except Failed as failure:
        _fail(release, str(failure), log)
    return _kept(app, release, log)


# region: restart
def restart(app: App) -> int:
    """A new instance of the live release, with the files of the release and no others."""
    lost = len(app.disk)
    app.disk = {}
    app.save(update_fields=["disk"])
    return lost


# endregion: restart


def ask(app: App, method: str, path: str, data: dict[str, str], picture: str = "") -> dict[str, Any]:
    """One request from outside, through the platform's router."""
    platform, release = PLATFORMS[app.platform], app.live
    if release is None:
        return {"status": 404, "body": "There is nothing at this address yet.", "log": "", "by": None}
    if app.crash:
        return {"status": 503, "body": "Application error", "log": app.crash, "by": release}
    step = {"kind": "request", "method": method, "path": path, "host": platform.host, "data": data}
    if picture:
        step["picture"] = ["sock.svg", picture]
    outcome = _run(app, platform, release, [step])
    app.database = outcome.database
    written = {name: _text(content) for name, content in outcome.written.items()}
    app.disk = {**app.disk, **written} if not platform.read_only else {}
    app.save(update_fields=["database", "disk"])
    said = outcome.steps[-1]
    if said.answer is None:
        # The app did not even start: a function is loaded at its first request.
        return {"status": 500, "body": "FUNCTION_INVOCATION_FAILED", "log": said.output, "by": release}
    return {**said.answer, "log": said.output, "by": release, "ms": said.ms}


def _new(app: App, commit: str, reason: str, log: Log) -> Release:
    last = app.releases.order_by("-number").first()
    log.title(reason)
    return Release(app=app, number=last.number + 1 if last else 1, commit=commit, reason=reason)


def _kept(app: App, release: Release, log: Log) -> Release:
    release.log = log.text
    release.save()
    if release.state in ("live", "crashed"):
        app.releases.filter(state__in=["live", "crashed"]).exclude(pk=release.pk).update(state="replaced")
        app.live = release
        # Other instances: their disks begin with the release's files.
        app.disk = {}
    app.save()
    return release


def _fail(release: Release, why: str, log: Log) -> None:
    release.state = "failed"
    log.title(f"Failed: {why}")
    if release.app.live is not None:
        log.say(f"{release.app.live} goes on serving.")


def _object(reading: Reading, log: Log) -> None:
    for note in reading.notes:
        log.say(f"! {note}")
    for error in reading.errors:
        log.say(error)
    if reading.errors:
        raise Failed("the manifest")


def random_key() -> str:
    """Letters and digits: django-environ takes what begins with `$` for the name of another variable."""
    return get_random_string(50)


def _config(app: App, reading: Reading, log: Log) -> dict[str, str]:
    for key in reading.generated:
        app.generated.setdefault(key, random_key())
    wanted = {**app.generated, **reading.environment, **app.config}
    for key in reading.asked:
        if key not in wanted:
            log.say(
                f"! {key} has `sync: false`: its value is asked for in the dashboard, and it has none yet."
            )
    for key in sorted(wanted.keys() - KNOWN):
        log.say(f"! {key} is nothing that this app reads, so it is not passed on.")
    return _allowed(wanted)


def _allowed(config: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in config.items() if key in KNOWN}


def _build(app: App, platform: Platform, release: Release, reading: Reading, log: Log) -> None:
    log.title("Build")
    if not reading.has_database:
        log.say("! No DATABASE_URL from a database of the blueprint.")
    lines = [reading.build] if reading.build else []
    if platform.collects and release.config.get("DISABLE_COLLECTSTATIC") != "1":
        lines.append("python manage.py collectstatic --noinput")
    if platform.slug == "heroku":
        log.say("Installing requirements.txt (they are here already: nothing is downloaded)")
    outcome = _commands(app, platform, release, lines, log, "the build")
    release.built = {name: _text(content) for name, content in outcome.written.items()}


def _release_phase(app: App, platform: Platform, release: Release, log: Log) -> None:
    line = release.commands["release"]
    if not line or not platform.release:
        return
    log.title(f"{platform.release}: {line}")
    # In an instance of its own: what it writes on its disk, nobody will ever see.
    _commands(app, platform, release, [line], log, platform.release)


def _start(app: App, platform: Platform, release: Release, log: Log) -> None:
    if platform.read_only:
        log.title("The function is loaded at its first request")
        release.state, app.crash = "live", ""
        return
    log.title(f"Start: {release.commands['web'] or '(nothing)'}")
    why = _crash(app, platform, release, log)
    if why and platform.waits_for_health:
        raise Failed(why)
    app.crash, release.state = why, "crashed" if why else "live"
    log.title(why or f"Live: https://{platform.host}/")


def _crash(app: App, platform: Platform, release: Release, log: Log) -> str:
    """Why nobody can reach the new instance, or nothing."""
    line = release.commands["web"]
    if not line:
        return "H14 No web processes running"
    read_commands = commands.read(line, _environment(platform, release), files_of(release.commit))
    server = read_commands[-1]
    if not server.serves:
        log.say(server.said or f"{server.text} has ended, and a web process must not.")
        return "H10 App crashed"
    before = [command.step for command in read_commands[:-1] if command.step]
    if server.step["kind"] == "runserver":
        _say_all(_run(app, platform, release, before), log)
        log.say("runserver is for development: one process, and Django itself says that it is not safe.")
        listens = [_address(server.step["address"])]
    else:
        steps = [*before, server.step]
        if platform.waits_for_health and release.commands["health"]:
            path = release.commands["health"]
            steps.append({"kind": "request", "method": "GET", "path": path, "host": platform.host})
        outcome = _run(app, platform, release, steps)
        _say_all(outcome, log)
        app.database = outcome.database
        if not outcome.succeeded:
            return "H10 App crashed" if platform.slug == "heroku" else "the process ended"
        served = next(step.answer for step in outcome.steps if step.answer and "listens" in step.answer)
        listens = [tuple(address) for address in served["listens"]]
        health = outcome.steps[-1].answer
        if health and "status" in health:
            log.say(f"GET {release.commands['health']} was answered {health['status']}")
            if health["status"] >= 400:
                return f"the health check was answered {health['status']}"
    for host, port in listens:
        log.say(f"Listening at {host}:{port}")
    if not any(host in ("0.0.0.0", "::", "") and str(port) == PORT for host, port in listens):
        return f"R10 Boot timeout: nobody listens at 0.0.0.0:$PORT, which is {PORT} here"
    return ""


def _address(text: str) -> tuple[str, str]:
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", port


def _commands(
    app: App,
    platform: Platform,
    release: Release,
    lines: list[str],
    log: Log,
    what: str,
) -> machine.Outcome:
    files = files_of(release.commit)
    read_all = [c for line in lines for c in commands.read(line, _environment(platform, release), files)]
    for command in read_all:
        if command.step is None or command.serves:
            log.say(f"$ {command.text}")
            log.say(
                command.said
                or (f"{command.text} does not end, so nothing after it runs." if command.serves else "")
            )
            if command.exit or command.serves:
                raise Failed(f"{what} ended with status {command.exit or 124}")
    outcome = _run(app, platform, release, [c.step for c in read_all if c.step])
    app.database = outcome.database
    run = [command for command in read_all if command.step]
    for command, said in zip(run, outcome.steps, strict=False):
        log.say(f"$ {command.text}")
        log.say(said.output)
    if not outcome.succeeded:
        raise Failed(f"{what} ended with status {outcome.steps[-1].exit}")
    return outcome


def _say_all(outcome: machine.Outcome, log: Log) -> None:
    for said in outcome.steps:
        log.say(said.output)


def _environment(platform: Platform, release: Release) -> dict[str, str]:
    return {**platform.own, **release.config, "PORT": PORT}


def _run(app: App, platform: Platform, release: Release, steps: list[dict[str, Any]]) -> machine.Outcome:
    if not steps:
        return machine.Outcome(database=bytes(app.database))
    written = {**release.built, **app.disk} if steps[0]["kind"] == "request" else release.built
    files = files_of(release.commit) | {name: base64.b64decode(text) for name, text in written.items()}
    return machine.run(
        files,
        bytes(app.database),
        _environment(platform, release),
        steps,
        read_only=platform.read_only and steps[0]["kind"] == "request",
        has_database=release.commands.get("database", True),
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
