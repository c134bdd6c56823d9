from sandbox.jail.examiner import ExerciseTestCase

ADA = {"name": "ada", "password": "spokeshave"}
SLOW = ("pbkdf2_sha256", "pbkdf2_sha1", "scrypt", "argon2", "bcrypt", "bcrypt_sha256")

# Counts slow hashes in the project, whichever of its hashers makes them.
COUNT = """
from django.contrib.auth import hashers
if not hasattr(hashers, "slow_hashes"):
    hashers.slow_hashes = []
    def counted(encode):
        def inner(self, *args, **options):
            hashers.slow_hashes.append(self.algorithm)
            return encode(self, *args, **options)
        return inner
    for kind in {type(hasher) for hasher in hashers.get_hashers() if "unsalted" not in hasher.algorithm}:
        kind.encode = counted(kind.encode)
hashers.slow_hashes.clear()
"""


class Checks(ExerciseTestCase):
    def test_join(self):
        """Whoever joins can sign in, with their own password only."""
        answer = self.client.post("/join/", {"name": "dan", "password": "tenon-saw"})
        self.expect(answer.status_code, 201, what="What POST /join/ answers")
        self.expect(self.sign_in("dan", "tenon-saw"), 200, what="The sign-in with the right password")
        self.expect(self.sign_in("dan", "tenon-saws"), 403, what="The sign-in with a wrong one")

    def test_same_password(self):
        """Two new borrowers with the same password have different hashes."""
        for name in ("dan", "eve"):
            self.client.post("/join/", {"name": name, "password": "tenon-saw"})
        dan, eve = self.stored("dan"), self.stored("eve")
        self.expect_true(
            dan != eve,
            expected="two different values in the column password",
            what=f"Both rows hold {dan!r}",
            concept="Salt: random for each row. make_password() makes one when you give none",
        )

    def test_slow_hash(self):
        """A new hash is one of Django's slow ones."""
        self.client.post("/join/", {"name": "dan", "password": "tenon-saw"})
        self.expect_slow("dan", "tenon-saw")

    def test_change(self):
        """A changed password is stored slowly, too, and the old one is over."""
        answer = self.client.post("/password/", {**ADA, "new": "block-plane"})
        self.expect(answer.status_code, 200, what="What POST /password/ answers")
        self.expect(self.sign_in("ada", "spokeshave"), 403, what="The sign-in with the password from before")
        self.expect_slow("ada", "block-plane")
        self.expect(self.sign_in("ada", "block-plane"), 200, what="The sign-in with the new password")
        refused = self.client.post("/password/", {"name": "ben", "password": "wrong", "new": "mine-now"})
        self.expect(refused.status_code, 403, what="Changing ben's password without knowing it")

    def test_old_rows(self):
        """Borrowers from before can sign in with the passwords that they have."""
        concept = "An MD5 can't be turned back: the old way of checking has to stay until the row is replaced"
        self.expect(self.sign_in("ada", "spokeshave"), 200, what="ada's sign-in", concept=concept)
        self.expect(self.sign_in("cora", "marking-gauge"), 200, what="cora's sign-in", concept=concept)
        self.expect(self.sign_in("ben", "marking-gauge"), 403, what="ben with cora's password")

    def test_rehash(self):
        """The first sign-in replaces an old hash, and the same password goes on working."""
        self.sign_in("ada", "spokeshave")
        self.expect_slow("ada", "spokeshave")
        self.expect(self.sign_in("ada", "spokeshave"), 200, what="The second sign-in")
        self.expect(self.sign_in("ada", "spokeshaves"), 403, what="A wrong password after that")

    def test_once(self):
        """The second sign-in writes nothing."""
        self.sign_in("ada", "spokeshave")
        again = self.client.post("/sign-in/", ADA)
        writes = [query["sql"] for query in again.queries if query["sql"].startswith("UPDATE")]
        self.expect(
            len(writes),
            0,
            what="UPDATEs in the second sign-in",
            concept="check_password() calls the setter only if the hash must be updated",
        )

    def test_refusal_changes_nothing(self):
        """A refused sign-in leaves the row as it was."""
        before = self.stored("ada")
        self.sign_in("ada", "mine-now")
        self.expect_true(
            self.stored("ada") == before,
            expected="the row as it was before",
            what="After a wrong password it holds another hash",
            concept="Rehash what was right, never what was typed: else anybody sets anybody's password",
        )
        self.expect(self.sign_in("ada", "mine-now"), 403, what="The wrong password, a second time")
        self.expect(self.sign_in("ada", "spokeshave"), 200, what="The right password after that")

    def test_same_answer(self):
        """A wrong password and a name that nobody has get the same answer."""
        wrong = self.client.post("/sign-in/", {"name": "ada", "password": "wrong"})
        unknown = self.client.post("/sign-in/", {"name": "zoe", "password": "wrong"})
        concept = "Enumeration: an answer that differs tells a stranger who is a borrower"
        self.expect(unknown.status_code, wrong.status_code, what="The status", concept=concept)
        self.expect(
            unknown.text.replace("zoe", "…"),
            wrong.text.replace("ada", "…"),
            what="The text for an unknown name, against that for a wrong password",
            concept=concept,
        )

    def test_same_time(self):
        """A name that nobody has costs a slow hash, as a wrong password does."""
        self.sign_in("ada", "spokeshave")
        self.project.run(COUNT)
        self.sign_in("ada", "wrong")
        known = self.project.run("from django.contrib.auth import hashers\nlen(hashers.slow_hashes)")
        self.project.run(COUNT)
        self.sign_in("zoe", "wrong")
        unknown = self.project.run("from django.contrib.auth import hashers\nlen(hashers.slow_hashes)")
        self.expect(
            unknown,
            known,
            what="Slow hashes made for an unknown name, against those for a wrong password",
            concept="Enumeration by time: ModelBackend hashes once for an unknown name, and throws it away",
        )

    def test_hash_is_no_password(self):
        """What stands in the table does not open the door."""
        concept = "A hash is compared with the hash of what was typed, never with what was typed"
        self.expect(self.sign_in("ada", self.stored("ada")), 403, what="ada's old hash", concept=concept)
        self.sign_in("ada", "spokeshave")
        self.expect(self.sign_in("ada", self.stored("ada")), 403, what="ada's new hash", concept=concept)

    def sign_in(self, name, password):
        return self.client.post("/sign-in/", {"name": name, "password": password}).status_code

    def stored(self, name):
        return self.project.run(
            "from tools.models import Borrower\n"
            f"Borrower.objects.values_list('password', flat=True).get(name={name!r})"
        )

    def expect_slow(self, name, password):
        """The row is a hash that one of the project's slow hashers accepts for this password."""
        encoded = self.stored(name)
        concept = "make_password() uses the first of PASSWORD_HASHERS; MD5 and SHA are made to be fast"
        self.expect_in(encoded.split("$")[0], SLOW, what=f"The algorithm of {name}'s row", concept=concept)
        right = self.project.run(
            "from django.contrib.auth.hashers import check_password\n"
            f"check_password({password!r}, {encoded!r})"
        )
        self.expect(right, True, what="check_password() of that row and the right password", concept=concept)
