import random

from sandbox.jail.examiner import ExerciseTestCase

EVALUATE = """
import importlib, os, sys
from django.views.debug import SafeExceptionReporterFilter

def evaluate(environment):
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    for name in list(sys.modules):
        # django-environ keeps what it has read from files.
        if name.partition(".")[0] == "environ" or name == "teashop.settings":
            del sys.modules[name]
    try:
        module = importlib.import_module("teashop.settings")
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    finally:
        os.environ.clear()
        os.environ.update(before)
    found = {name: value for name, value in vars(module).items() if name.isupper()}
    cleanse = SafeExceptionReporterFilter().cleanse_setting
    report = {name: repr(cleanse(name, value)) for name, value in found.items()}
    names = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASES", "PAYMENT_KEY")
    return {"settings": {name: found.get(name, "(not set)") for name in names}, "report": report}

evaluate(%r)
"""
NAMED = "ImproperlyConfigured says which variable to set; KeyError and a default value do not"


def word():
    return "".join(random.choices("abcdefghijkmnpqrstuvwxyz23456789", k=24))


class Checks(ExerciseTestCase):
    def setUp(self):
        self.key, self.payment, self.password = word(), word(), word()
        self.full = {
            "SECRET_KEY": self.key,
            "DATABASE_URL": f"postgres://keeper:{self.password}@db.internal:6432/tea",
            "PAYMENT_KEY": self.payment,
        }
        self.file = self.project.run("import os\nos.path.abspath('secrets/payment_key')")

    def evaluate(self, without=(), **changes):
        environment = {name: value for name, value in {**self.full, **changes}.items() if name not in without}
        return self.project.run(EVALUATE % environment)

    def settings(self, what, without=(), **changes):
        answer = self.evaluate(without, **changes)
        self.expect_true(
            "settings" in answer,
            expected="the settings module runs",
            what=f"{what}: {answer.get('error')}: {answer.get('message')}",
        )
        return answer["settings"]

    def refused(self, name, what, without=(), **changes):
        answer = self.evaluate(without, **changes)
        self.expect(answer.get("error"), "ImproperlyConfigured", what=what, concept=NAMED)
        self.expect_in(name, answer["message"], what=f"{what}: the message", concept=NAMED)

    def test_starts(self):
        """With everything in the environment it starts, and the values are those of the environment."""
        found = self.settings("An environment with all that has to be there")
        self.expect(found["SECRET_KEY"], self.key, what="SECRET_KEY")
        self.expect(found["PAYMENT_KEY"], self.payment, what="PAYMENT_KEY")

    def test_debug(self):
        """DEBUG is on for four words, and off for everything else."""
        for text in ("1", "true", "True", "YES", "on"):
            self.expect(self.settings("DEBUG", DEBUG=text)["DEBUG"], True, what=f"DEBUG={text}")
        for text in ("False", "false", "0", "no", "off", ""):
            self.expect(
                self.settings("DEBUG", DEBUG=text)["DEBUG"],
                False,
                what=f"DEBUG={text}",
                concept="Text that is not empty is true: bool('False') is True",
            )
        self.expect(self.settings("DEBUG")["DEBUG"], False, what="DEBUG is missing")

    def test_hosts(self):
        """ALLOWED_HOSTS is a list without spaces and without empty names."""
        for text, expected in (
            ("tea.example", ["tea.example"]),
            ("tea.example,www.tea.example", ["tea.example", "www.tea.example"]),
            ("tea.example, www.tea.example", ["tea.example", "www.tea.example"]),
            ("", []),
        ):
            self.expect(
                self.settings("ALLOWED_HOSTS", ALLOWED_HOSTS=text)["ALLOWED_HOSTS"],
                expected,
                what=f"ALLOWED_HOSTS={text}",
                concept="''.split(',') is ['']; and a host with a space before it matches no request",
            )
        self.expect(self.settings("ALLOWED_HOSTS")["ALLOWED_HOSTS"], [], what="ALLOWED_HOSTS is missing")

    def test_database(self):
        """DATABASE_URL becomes the dictionary that Django wants."""
        found = self.settings(
            "DATABASE_URL", DATABASE_URL="postgres://tea%2Dkeeper:p%40ss%2Fword@db:6432/black"
        )
        default = {k: str(v) for k, v in found["DATABASES"].get("default", {}).items()}
        expected = {
            "NAME": "black",
            "USER": "tea-keeper",
            "PASSWORD": "p@ss/word",
            "HOST": "db",
            "PORT": "6432",
        }
        self.expect_in("postgresql", default.get("ENGINE", ""), what="ENGINE of DATABASES['default']")
        self.expect(
            {name: default.get(name) for name in expected},
            expected,
            what="postgres://tea%2Dkeeper:p%40ss%2Fword@db:6432/black",
            concept="In a URL, @ and / of a password are percent-encoded: unquote()",
        )

    def test_secret_file(self):
        """PAYMENT_KEY_FILE names a file with the key; it wins, and its newline is no part of it."""
        for what, without in (("the file alone", ["PAYMENT_KEY"]), ("the file, and PAYMENT_KEY", [])):
            found = self.settings(what, without, PAYMENT_KEY_FILE=self.file)
            self.expect(
                found["PAYMENT_KEY"],
                "pay-5d1e90c7ab34f268",
                what=f"PAYMENT_KEY, by {what}",
                concept="A secret file is read before the variable, and editors end files with a newline",
            )
        self.expect(self.settings("no file")["PAYMENT_KEY"], self.payment, what="PAYMENT_KEY, without a file")

    def test_missing(self):
        """What has to be there and is not stops the start, and is named."""
        for name in ("SECRET_KEY", "DATABASE_URL", "PAYMENT_KEY"):
            self.refused(name, f"{name} is missing", [name])

    def test_empty(self):
        """An empty SECRET_KEY is as good as none."""
        self.refused("SECRET_KEY", "SECRET_KEY is there, and empty", SECRET_KEY="")

    def test_report(self):
        """Nothing secret stands in what Django prints of the settings."""
        for changes in ({}, {"PAYMENT_KEY_FILE": self.file}, {"DEBUG": "on"}):
            answer = self.evaluate(**changes)
            self.expect_in("report", answer, what=f"An environment with {changes or 'all that is needed'}")
            for secret in (self.key, self.payment, self.password, "pay-5d1e90c7ab34f268"):
                shown = {name: text for name, text in answer["report"].items() if secret in text}
                self.expect(
                    shown,
                    {},
                    what="Settings whose value is printed, and has a secret in it",
                    concept="Django's filter goes by names: KEY, SECRET, PASS, TOKEN, API, AUTH, SIGNATURE",
                )

    def test_page(self):
        """The shop starts with them, in the preview's environment."""
        response = self.client.get("/")
        self.expect(response.status_code, 200, what="GET /")
        self.expect(response.json(), {"debug": False, "hosts": ["tea.example", "testserver"]})
