import hashlib
import hmac
import random

from sandbox.jail.examiner import ExerciseTestCase

RESTART = """
import importlib, os, sys
from django.conf import settings

environment = %r
for name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
    os.environ.pop(name, None)
os.environ.update(environment)
sys.modules.pop("mill.settings", None)
module = importlib.import_module("mill.settings")
settings.SECRET_KEY = module.SECRET_KEY
settings.SECRET_KEY_FALLBACKS = getattr(module, "SECRET_KEY_FALLBACKS", [])
importlib.reload(importlib.import_module("mill.links"))
kept = settings.SECRET_KEY_FALLBACKS
kept if isinstance(kept, str) else list(kept)
"""
FALLBACKS = "SECRET_KEY_FALLBACKS is a list of keys; whatever verifies has to try each of them"


def new_key():
    return "key-" + "".join(random.choices("abcdefghijkmnpqrstuvwxyz23456789", k=44))


def link(address, key):
    """As the mill has made them from the beginning."""
    return f"{address}:{hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()}"


class Checks(ExerciseTestCase):
    def restart(self, key, *fallbacks, text=None):
        """Start the mill with these keys; the answer are the fallbacks that it has understood."""
        environment = {"SECRET_KEY": key}
        if fallbacks or text is not None:
            environment["SECRET_KEY_FALLBACKS"] = ",".join(fallbacks) if text is None else text
        return self.project.run(RESTART % environment)

    def unsubscribe(self, text):
        return self.client.get(f"/unsubscribe/{text}/")

    def account(self, browser):
        return browser.get("/account/").status_code

    def signed_in(self, name="ada"):
        browser = self.new_client()
        browser.login(username=name, password="stone-ground")
        self.expect(self.account(browser), 200, what=f"{name} has signed in")
        return browser

    def expect_link(self, text, address, what, concept=FALLBACKS):
        response = self.unsubscribe(text)
        self.expect(response.status_code, 200, what=what, concept=concept)
        self.expect(response.json(), {"unsubscribed": address}, what=what)

    def test_no_change(self):
        """Without a change of keys everything works as before."""
        key = new_key()
        self.restart(key)
        self.signed_in()
        made = self.client.get("/").json()["sample"]
        self.expect(made, link("ada@example.com", key), what="A link, as the letters have it")
        self.expect_link(made, "ada@example.com", "That link")

    def test_signed_in(self):
        """Who was signed in stays signed in, and is no longer in need of the old key after a visit."""
        old, new = new_key(), new_key()
        self.restart(old)
        ada, bo = self.signed_in("ada"), self.signed_in("bo")
        self.restart(new, old)
        self.expect(
            self.account(ada),
            200,
            what="ada, after the change, with the old key as fallback",
            concept=FALLBACKS,
        )
        self.restart(new)
        self.expect(self.account(ada), 200, what="ada, who came by before the old key was taken away")
        self.expect(self.account(bo), 302, what="bo, who did not come by before it was taken away")

    def test_old_links(self):
        """Links of one and of two keys ago work while their keys are fallbacks."""
        first, second, third = new_key(), new_key(), new_key()
        self.restart(first)
        made = self.client.get("/").json()["sample"]
        self.restart(second, first)
        self.expect_link(made, "ada@example.com", "A link of the key before")
        self.restart(third, second, first)
        self.expect_link(made, "ada@example.com", "A link of two keys before")
        self.expect_link(
            link("bo@example.com", second), "bo@example.com", "A link of the letters that are out"
        )

    def test_new_links(self):
        """New links are made with the new key."""
        old, new = new_key(), new_key()
        self.restart(new, old)
        made = self.client.get("/").json()["sample"]
        self.expect(
            made,
            link("ada@example.com", new),
            what="A link that is made after the change",
            concept="Fallbacks verify; only SECRET_KEY signs",
        )
        self.restart(new)
        self.expect_link(made, "ada@example.com", "That link, after the old key was taken away")

    def test_taken_away(self):
        """A key that was taken away verifies nothing."""
        old, new = new_key(), new_key()
        self.restart(old)
        ada = self.signed_in()
        self.restart(new)
        self.expect(self.account(ada), 302, what="A session of a key that is gone")
        self.expect(
            self.unsubscribe(link("ada@example.com", old)).status_code,
            403,
            what="A link of a key that is gone",
            concept="After a leak that is what the change is for",
        )

    def test_forged(self):
        """Nothing but the keys verifies: no empty text, no letter of a key, no space."""
        key, old = new_key(), new_key()
        for text in (None, "", ",", old, f"{old},", f" {old} , "):
            if text is None:
                self.restart(key)
            else:
                self.restart(key, text=text)
            for forged in ("", " ", ",", old[0], old[-1], f"{old},", new_key()):
                self.expect(
                    self.unsubscribe(link("ada@example.com", forged)).status_code,
                    403,
                    what=f"SECRET_KEY_FALLBACKS is {text!r}, and a link is signed with {forged!r}",
                    concept="''.split(',') is [''], and an empty key verifies what everybody can sign",
                )

    def test_fallbacks(self):
        """The setting is a list of exactly the keys that the environment names."""
        first, second, key = new_key(), new_key(), new_key()
        for text, expected in (
            (None, []),
            ("", []),
            (first, [first]),
            (f"{first},{second}", [first, second]),
            (f" {first} , {second} ,", [first, second]),
        ):
            got = self.restart(key) if text is None else self.restart(key, text=text)
            self.expect(
                got,
                expected,
                what=f"SECRET_KEY_FALLBACKS={text!r}",
                concept="Everything in an environment is text; split it, strip it, leave out what is empty",
            )

    def test_damaged(self):
        """What is no link is refused, without an error."""
        key = new_key()
        self.restart(key, new_key())
        good = link("ada@example.com", key)
        for text in ("x", ":", "ada@example.com", "ada@example.com:", good[:-1], "bo" + good[3:], good + "é"):
            self.expect(self.unsubscribe(text).status_code, 403, what=f"GET /unsubscribe/{text}/")
