from hashlib import md5

from sandbox.jail.examiner import ExerciseTestCase

SALTS = {"ada": "kyrieEleison0123456789", "ben": "gloriaInExcelsis012345"}
OLD = {name: md5((salt + "plainsong").encode()).hexdigest() for name, salt in SALTS.items()}
PASSWORDS = {"ada": "plainsong", "ben": "plainsong", "cora": "cantus-firmus"}


class Checks(ExerciseTestCase):
    def test_wrapped(self):
        """wrap_passwords() wraps ada's and ben's rows, and says that it were two."""
        self.expect(self.wrap(), 2, what="What wrap_passwords() returns")
        rows = self.rows()
        for name in OLD:
            self.expect_true(
                not rows[name].startswith("md5$"),
                expected="a row of another algorithm",
                what=f"{name}'s row begins with {rows[name][:8]!r}",
                concept="The slow hash of the hash that is there",
            )

    def test_no_md5_left(self):
        """No MD5 of a password is left anywhere in the table."""
        self.wrap()
        table = " ".join(self.rows().values())
        for name, old in OLD.items():
            self.expect_true(
                old not in table,
                expected="no trace of the old hash",
                what=f"The MD5 of {name}'s password can still be read",
                concept="As long as the fast hash can be read, it is the one that is attacked",
            )

    def test_sign_in(self):
        """After it, everybody signs in with the password they had, and with no other."""
        self.wrap()
        for name, password in PASSWORDS.items():
            self.expect(
                self.signs_in(name, password),
                True,
                what=f"Whether {name} is signed in after posting the right password",
                concept="Inside, the MD5 with its own salt; outside, the slow hash of it",
            )
            self.expect(self.signs_in(name, "plainsongs"), False, what=f"{name}, with a wrong password")

    def test_upgraded(self):
        """The first sign-in makes an ordinary PBKDF2 hash of a wrapped one; the second writes none."""
        self.wrap()
        self.signs_in("ada", "plainsong")
        self.expect(
            self.rows()["ada"].split("$")[0],
            "pbkdf2_sha256",
            what="The algorithm of ada's row after her sign-in",
            concept="PASSWORD_HASHERS[0] is the preferred one; any other must be updated at the next sign-in",
        )
        self.expect(self.signs_in("ada", "plainsong"), True, what="Her second sign-in")
        answer = self.new_client().post("/login/", {"username": "ada", "password": "plainsong"})
        writes = [
            q["sql"] for q in answer.queries if q["sql"].startswith("UPDATE") and '"password"' in q["sql"]
        ]
        self.expect(len(writes), 0, what="UPDATEs of the password in a later sign-in", concept="must_update")

    def test_refused_stays_wrapped(self):
        """A wrong password leaves a wrapped row as it is."""
        self.wrap()
        before = self.rows()["ben"]
        self.signs_in("ben", "wrong")
        self.expect_true(
            self.rows()["ben"] == before,
            expected="the row as it was",
            what="After a refused sign-in ben's row is another",
            concept="The setter of check_password() is called for a right password only",
        )

    def test_new_passwords(self):
        """A new password is an ordinary PBKDF2 hash."""
        made = self.project.run(
            "from django.contrib.auth.hashers import make_password\nmake_password('descant')"
        )
        self.expect(made.split("$")[0], "pbkdf2_sha256", what="What make_password() makes")

    def test_other_rows(self):
        """Rows of PBKDF2 and rows without a password are not touched."""
        before = self.rows()
        self.wrap()
        after = self.rows()
        for name in ("cora", "dora"):
            self.expect(after[name], before[name], what=f"{name}'s row", concept="Choose by algorithm: md5$")
        self.expect(self.signs_in("dora", before["dora"]), False, what="dora, by what stands in her row")

    def test_twice(self):
        """A second run returns 0 and changes nothing."""
        self.wrap()
        before = self.rows()
        self.expect(
            self.wrap(),
            0,
            what="What the second run returns",
            concept="Migrations are retried: choose the rows by what is still to be done",
        )
        self.expect_true(self.rows() == before, expected="the rows as they were", what="A row changed")

    def test_hash_is_no_password(self):
        """Neither the old MD5 nor the wrapped hash works as a password."""
        self.wrap()
        for name in OLD:
            for typed in (OLD[name], f"md5${SALTS[name]}${OLD[name]}", self.rows()[name]):
                self.expect(
                    self.signs_in(name, typed),
                    False,
                    what=f"{name}, typing {typed[:16]}…",
                    concept="The table leaked: what stood in it must open nothing",
                )

    def test_backup(self):
        """A plain MD5 row out of a backup lets nobody in, until it is wrapped."""
        self.wrap()
        row = f"md5${SALTS['ada']}${OLD['ada']}"
        self.project.run(
            "from django.contrib.auth.models import User\n"
            f"User.objects.filter(username='ada').update(password={row!r})"
        )
        self.expect(
            self.signs_in("ada", "plainsong"),
            False,
            what="Whether ada is signed in",
            concept="A hasher that is not in PASSWORD_HASHERS checks nothing",
        )
        self.expect(self.wrap(), 1, what="What wrap_passwords() returns then")
        self.expect(self.signs_in("ada", "plainsong"), True, what="Whether ada is signed in after that")

    def wrap(self):
        return self.project.run("from choir.upgrade import wrap_passwords\nwrap_passwords()")

    def rows(self):
        return self.project.run(
            "from django.contrib.auth.models import User\n"
            "dict(User.objects.values_list('username', 'password'))"
        )

    def signs_in(self, name, password):
        """Whether the login form accepts it, in a browser of its own."""
        browser = self.new_client()
        answer = browser.post("/login/", {"username": name, "password": password})
        return answer.status_code == 302 and f"Signed in as <strong>{name}<" in browser.get("/").text
