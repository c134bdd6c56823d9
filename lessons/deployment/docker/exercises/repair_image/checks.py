import io
import json
import posixpath
import re
import shlex

from dockerfile_parse import DockerfileParser
from dockerfile_parse.parser import image_from
from dockerfile_parse.util import WordSplitter

from sandbox.jail.examiner import ExerciseTestCase

KNOWN = {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN"}
KNOWN |= {"MAINTAINER", "ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}


def pattern(text):
    """Go's filepath.Match, and ** for any number of folders."""
    out, at = "", 0
    while at < len(text):
        if text.startswith("**/", at):
            out, at = out + r"(?:.*/)?", at + 3
        elif text.startswith("**", at):
            out, at = out + ".*", at + 2
        elif text[at] in "*?":
            out, at = out + ("[^/]*" if text[at] == "*" else "[^/]"), at + 1
        elif text[at] == "[" and "]" in text[at + 1 :]:
            end = text.index("]", at + 1)
            out, at = out + text[at : end + 1], end + 1
        else:
            out, at = out + re.escape(text[at]), at + 1
    return re.compile(out)


def parents(path):
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def sent(files):
    """What .dockerignore lets through to the builder: the last line that fits a file decides."""
    lines = [line.strip() for line in files.get(".dockerignore", "").splitlines()]
    rules = [
        (line.startswith("!"), pattern(posixpath.normpath(line.lstrip("!").strip()).lstrip("/")))
        for line in lines
        if line and not line.startswith("#")
    ]
    left = {}
    for path, text in files.items():
        out = False
        for excepted, rule in rules:
            if any(rule.fullmatch(one) for one in parents(path)):
                out = not excepted
        if not out:
            left[path] = text
    return left


class Step:
    def __init__(self, found):
        self.instruction, self.flags, value = found["instruction"], {}, " ".join(found["value"].split())
        while self.instruction not in ("ENV", "ARG", "LABEL") and value.startswith("--"):
            flag, _, value = value.partition(" ")
            name, _, given = flag[2:].partition("=")
            self.flags.setdefault(name, []).append(given)
        self.value = value

    @property
    def argv(self):
        """Of a CMD: the list, or the words that a shell would make of the line."""
        try:
            return json.loads(self.value)
        except ValueError:
            return shlex.split(self.value)

    @property
    def mounts(self):
        return [
            dict(part.partition("=")[::2] for part in one.split(",")) for one in self.flags.get("mount", [])
        ]

    @property
    def words(self):
        try:
            found = json.loads(self.value)
            return found if isinstance(found, list) else [self.value]
        except ValueError:
            return list(WordSplitter(self.value).split())


class Stage:
    def __init__(self, index, name, base, parent):
        self.index, self.name, self.base, self.parent, self.steps = index, name, base, parent, []

    @property
    def all_steps(self):
        """With those of the stages that it goes on from."""
        return [*(self.parent.all_steps if self.parent else []), *self.steps]

    @property
    def image(self):
        return self.parent.image if self.parent else self.base


def stages_of(text):
    stages, args = [], {}
    for found in DockerfileParser(fileobj=io.BytesIO(text.encode())).structure:
        if found["instruction"] not in KNOWN:
            continue
        if found["instruction"] == "FROM":
            image, name = image_from(found["value"])
            base = WordSplitter(image or "", args=args).dequote()
            parent = next((one for one in stages if one.name and one.name == base.lower()), None)
            stages.append(Stage(len(stages), (name or "").lower(), base, parent))
        elif stages:
            stages[-1].steps.append(Step(found))
        elif found["instruction"] == "ARG":
            name, _, value = found["value"].partition("=")
            args[name.strip()] = value.strip().strip("\"'")
    return stages


def taken(step, files):
    """Files of the context that a step gets: by COPY or ADD, or by a mount."""
    if step.instruction in ("COPY", "ADD") and "from" not in step.flags:
        sources = step.words[:-1]
    elif step.instruction == "RUN":
        sources = [
            mount.get("source") or mount.get("src") or "."
            for mount in step.mounts
            if mount.get("type", "bind") == "bind" and "from" not in mount
        ]
    else:
        return set()
    found = set()
    for source in sources:
        cleaned = posixpath.normpath("/" + source).lstrip("/")
        rule = pattern(cleaned) if cleaned else None
        found |= {path for path in files if rule is None or any(rule.fullmatch(one) for one in parents(path))}
    return found


def is_install(step):
    words = step.value.replace(";", " ; ").split()
    tools = [posixpath.basename(word.strip("\"'([,")) for word in words]
    pairs = list(zip(tools, tools[1:], strict=False))
    return step.instruction == "RUN" and (
        any(one in ("pip", "pip3") and other in ("install", "wheel", "download") for one, other in pairs)
        or any(one in ("uv", "poetry") and other in ("sync", "install", "pip") for one, other in pairs)
    )


def before(stage, step, stages):
    """Steps whose change makes this one run again: those above it, and all of stages that those copy from."""
    found = []
    chain = stage.all_steps
    for one in chain[: chain.index(step)]:
        found.append(one)
        for name in one.flags.get("from", []):
            other = next((s for s in stages if name.lower() == s.name or name == str(s.index)), None)
            if other is not None:
                found += other.all_steps
    return found


SERVERS = {"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress-serve", "uwsgi"}
SECRET_NAMES = ("SECRET_KEY", "PIP_TOKEN")
# What lies on the machine where the image is built, and was never meant for anybody else.
THERE = {".env": "SECRET_KEY=x\n", ".git/config": "[core]\n", ".git/HEAD": "ref\n", "db.sqlite3": "rows"}
RULES = {
    "DL3007": "a tag that says which Python",
    "DL3020": "COPY for files",
    "DL3025": "CMD as a list",
    "DL3042": "no cache of pip's in a layer",
    "DL3045": "a WORKDIR before a relative COPY",
}


class Checks(ExerciseTestCase):
    @property
    def stages(self):
        found = stages_of(self.files.get("Dockerfile", ""))
        self.expect_true(found, expected="a Dockerfile with a FROM", what="Stages")
        return found

    @property
    def context(self):
        return sent(self.files | THERE)

    def installs(self):
        """Steps that install the requirements, with their stages: those that the image is made of."""
        stages = self.stages
        needed, queue = set(), [stages[-1]]
        while queue:
            stage = queue.pop()
            if stage.index in needed:
                continue
            needed.add(stage.index)
            names = [name for step in stage.steps for name in step.flags.get("from", [])]
            names += [mount["from"] for step in stage.steps for mount in step.mounts if "from" in mount]
            queue += [one for one in stages if one is stage.parent]
            queue += [
                one for one in stages if one.name in [n.lower() for n in names] or str(one.index) in names
            ]
        found = [
            (stage, step)
            for stage in stages
            if stage.index in needed
            for step in stage.steps
            if is_install(step)
        ]
        self.expect_true(found, expected="a RUN that installs requirements.txt", what="pip install")
        return found

    def reaches(self, stage, step):
        """Files of the context that the step, or anything before it, depends on."""
        steps = [*before(stage, step, self.stages), step]
        return set().union(*(taken(one, self.context) for one in steps))

    def test_code_changes(self):
        """A changed view, template or style sheet installs no package again."""
        for stage, step in self.installs():
            reached = self.reaches(stage, step)
            code = sorted(
                path for path in reached if path.startswith(("menu/", "kettle/")) or path == "manage.py"
            )
            self.expect(
                code,
                [],
                what=f"Files of the project whose change runs this step again: RUN {step.value[:60]}…",
                concept="A COPY that takes a changed file runs again, and so does every step after it",
            )

    def test_requirements_change(self):
        """Changed requirements install the packages again."""
        reached = set().union(*(self.reaches(stage, step) for stage, step in self.installs()))
        self.expect_in(
            "requirements.txt",
            reached,
            what="Files that pip install depends on",
            concept="RUN looks at its text and at what lies below: the file has to be copied or bound before",
        )

    def test_project_inside(self):
        """The whole project is in the image: manage.py, kettle and menu with templates and styles."""
        copied = set().union(*(taken(step, self.context) for step in self.stages[-1].all_steps))
        for name in self.stages[-1].all_steps:
            for origin in name.flags.get("from", []):
                other = next(
                    (s for s in self.stages if origin.lower() == s.name or origin == str(s.index)), None
                )
                if other is not None:
                    copied |= set().union(*(taken(step, self.context) for step in other.all_steps))
        wanted = {
            path
            for path in self.files
            if path.startswith(("menu/", "kettle/")) or path in ("manage.py", "urls.py")
        }
        self.expect(sorted(wanted - copied), [], what="Files of the project that are missing in the image")

    def inside(self, stage):
        """{file of the context: where it lies}, of all layers that the stage has, or has taken over."""
        found, workdir = {}, "/"
        for step in stage.all_steps:
            if step.instruction == "WORKDIR":
                workdir = posixpath.normpath(posixpath.join(workdir, step.value))
            if step.instruction not in ("COPY", "ADD"):
                continue
            *sources, target = step.words
            target = posixpath.normpath(posixpath.join(workdir, target))
            origin = step.flags.get("from", [None])[-1]
            if origin is None:
                found |= {path: posixpath.join(target, path) for path in taken(step, self.context)}
                continue
            other = next((s for s in self.stages if origin.lower() == s.name or origin == str(s.index)), None)
            for path, place in self.inside(other).items() if other is not None else ():
                roots = [posixpath.normpath(posixpath.join("/", source)) for source in sources]
                if any(root == "/" or place == root or place.startswith(f"{root}/") for root in roots):
                    found[path] = posixpath.join(target, path)
        return found

    def test_left_outside(self):
        """.env, .git and db.sqlite3 are copied into no layer of the image."""
        inside = self.inside(self.stages[-1])
        self.expect(
            sorted(set(inside) & set(THERE)),
            [],
            what="Files in the image that should stay outside",
            concept="A later RUN rm hides a file, its layer keeps it; .dockerignore does not let it in",
        )
        self.expect_in("requirements.txt", self.context, what="Files that get to the builder")

    def test_no_secret_kept(self):
        """No ARG and no ENV of any stage holds SECRET_KEY or PIP_TOKEN."""
        named = [
            f"{step.instruction} {name}"
            for stage in self.stages
            for step in stage.steps
            if step.instruction in ("ARG", "ENV")
            for name in [word.partition("=")[0] for word in step.words]
            if name in SECRET_NAMES
        ]
        self.expect(
            named,
            [],
            what="ARG and ENV with a secret",
            concept="Both stand in the image's history, for everybody who can pull it",
        )
        text = self.files["Dockerfile"]
        self.expect_not_in(
            "kettle-4711", text, what="The Dockerfile", concept="What was in Git once is known"
        )

    def test_token_by_mount(self):
        """pip gets its token by a secret mount."""
        steps = [step for _, step in self.installs()]
        secret = [step for step in steps if "secret" in [mount.get("type") for mount in step.mounts]]
        self.expect_true(
            secret,
            expected="a mount with type=secret",
            what=f"RUN {steps[0].value[:60]}…, and its mounts: {steps[0].flags.get('mount', 'none')}",
            concept="RUN --mount=type=secret: there while the step runs, and in no layer",
        )
        # What was downloaded before is installed without an index, and without a token.
        local = ("--no-index", "--find-links", "-f ")
        open_ones = [
            f"RUN {step.value[:80]}"
            for step in steps
            if step not in secret
            and "requirements" in step.value
            and not any(one in step.value for one in local)
        ]
        self.expect(open_ones, [], what="Steps that ask the private index without a token")

    def test_not_root(self):
        """The image runs as somebody else than root."""
        users = [step.value.split(":")[0] for step in self.stages[-1].all_steps if step.instruction == "USER"]
        self.expect_true(
            users and users[-1] not in ("root", "0"),
            expected="a USER, and not root, as the last one of the last stage",
            what=f"USER: {', '.join(users) or 'none'}",
            concept="Who breaks into the process is root in there, and one mistake away from the host",
        )
        last = self.stages[-1].all_steps
        self.expect_true(
            not any(is_install(step) for step in last[[s.instruction for s in last].index("USER") :])
            or any("--user" in step.value or "venv" in step.value for step in last if is_install(step)),
            expected="packages are installed before USER, or into a folder of the user's own",
            what="pip install after USER",
        )

    def test_server(self):
        """A production server starts, as process 1, on all addresses of the container."""
        steps = self.stages[-1].all_steps
        settings = {step.instruction: step for step in steps if step.instruction in ("CMD", "ENTRYPOINT")}
        argv = [word for key in ("ENTRYPOINT", "CMD") if key in settings for word in settings[key].argv]
        wrapped = len(argv) > 2 and posixpath.basename(argv[0]) in ("sh", "bash", "ash") and argv[1] == "-c"
        if wrapped:
            argv = shlex.split(argv[2])
        programs = {posixpath.basename(word) for word in argv}
        self.expect_not_in("runserver", argv, what="What starts", concept="runserver is for development only")
        self.expect_true(
            programs & SERVERS,
            expected=f"one of {', '.join(sorted(SERVERS))}",
            what=" ".join(argv) or "nothing starts",
            concept="requirements.txt has gunicorn",
        )
        shells = [key for key, step in settings.items() if wrapped or not step.value.startswith("[")]
        self.expect_true(
            not shells or "exec" in argv,
            expected='a list: ["gunicorn", …]',
            what=f"{', '.join(shells)} in shell form",
            concept="A shell in between does not pass on SIGTERM; the container is killed ten seconds later",
        )
        if "gunicorn" in programs:
            env = " ".join(step.value for step in steps if step.instruction == "ENV")
            told = " ".join(argv) + env
            self.expect_true(
                any(
                    word in told
                    for word in ("0.0.0.0", "[::]", "PORT", " :8000", "=:8000", " 0:", "gunicorn.conf", "-c ")
                ),
                expected="--bind 0.0.0.0:8000",
                what=" ".join(argv),
                concept="gunicorn's own 127.0.0.1 is the container's, and nobody outside gets there",
            )

    def test_static_files(self):
        """collectstatic still runs while the image is built, with a SECRET_KEY that is nobody's."""
        runs = [step.value for stage in self.stages for step in stage.steps if step.instruction == "RUN"]
        found = [value for value in runs if "collectstatic" in value]
        self.expect_true(
            found, expected="a RUN with collectstatic", what="RUN", concept="The files are part of the image"
        )
        mounted = any(
            step.mounts for stage in self.stages for step in stage.steps if "collectstatic" in step.value
        )
        self.expect_true(
            all("SECRET_KEY=" in value for value in found) or mounted,
            expected="SECRET_KEY=… before the command, for this one command",
            what=found[0],
            concept="kettle/settings.py needs one to be read at all",
        )

    def test_hadolint(self):
        """hadolint has nothing to say of tag, CMD, COPY and pip's cache, and no error."""
        found = self.tool("hadolint").json()
        told = [
            f"line {one['line']}: {one['code']} {one['message']}"
            for one in found
            if one["code"] in RULES or one["level"] == "error"
        ]
        self.expect(told, [], what="Findings", concept="hadolint reads a Dockerfile as the builder does")
        images = [stage.base for stage in self.stages if stage.parent is None]
        loose = [
            image for image in images if not {":", "@"} & set(image.rpartition("/")[2]) and image != "scratch"
        ]
        self.expect(loose, [], what="Base images without a tag")
