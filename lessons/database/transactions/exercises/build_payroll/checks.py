from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from payroll.models import Account, Payment
for model in (Payment, Account): model.objects.all().delete()
rows = [Account.objects.create(owner="firm", email="firm@example.com", balance=%d)]
for name in ("ada", "bo", "cleo"):
    rows.append(Account.objects.create(owner=name, email=name + "@example.com"))
rows.append(Account.objects.create(owner="dan", email="dan@example.com", closed=True))
{row.owner: row.pk for row in rows}
"""
STATE = """
from payroll.models import Account, Payment
balances = {row.owner: row.balance for row in Account.objects.all() if row.balance}
[balances, sorted(Payment.objects.values_list("key", flat=True))]
"""
# Calls pay_all() while something happens: after the n-th statement that writes the power is cut (-1: at the
# COMMIT), or another session writes before the first one. Answers what became of it, and how many wrote.
PLAY = """
import re
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from payroll import pay

class PowerCut(Exception):
    pass

WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?payroll_')

def play(payments, strict, cut, other):
    seen = {"writes": 0, "inside": False, "locked": False, "kept": False}

    def elsewhere():
        seen["inside"] = True
        with connection.cursor() as cursor:
            cursor.execute(*other)
        seen["inside"] = False
        # A savepoint or a transaction that is rolled back forgets this, and has undone the write.
        transaction.on_commit(lambda: seen.update(kept=True))

    def watching(execute, sql, params, many, context):
        if seen["inside"] or not WRITES.match(sql):
            return execute(sql, params, many, context)
        seen["writes"] += 1
        if other and seen["writes"] == 1:
            if seen["locked"]:
                transaction.on_commit(elsewhere)
            else:
                elsewhere()
        result = execute(sql, params, many, context)
        if seen["writes"] == cut:
            raise PowerCut(f"after statement {cut}")
        return result

    original = QuerySet.select_for_update

    def locking(self, *args, **options):
        seen["locked"] = connection.in_atomic_block
        return original(self, *args, **options)

    def no_commit():
        raise OperationalError("The disk is full.")

    QuerySet.select_for_update = locking
    if cut == -1:
        connection._commit = no_commit
    try:
        with connection.execute_wrapper(watching):
            told = pay.pay_all(payments, strict)
    except Exception as error:
        told = type(error).__name__
    finally:
        QuerySet.select_for_update = original
        if cut == -1:
            del connection._commit
    if other and not seen["kept"]:
        elsewhere()  # the other session has committed, whatever became of ours
    return [told, seen["writes"]]

play(%r, %r, %r, %r)
"""
ALL = "The outer atomic(): an exception that leaves it takes back the whole list"
SAVEPOINT = "An inner atomic() is a savepoint: an exception that leaves it takes back what was done since"
MAIL = "transaction.on_commit: called after the commit, forgotten at a rollback, of a savepoint too"
RACE = (
    "What was read is old by the time it is written: F() in the UPDATE, or select_for_update() before reading"
)


class Checks(ExerciseTestCase):
    def fill(self, firm=100_000):
        return self.project.run(FILL % firm)

    def send(self, *payments, strict=False):
        listed = [{"key": key, "to": to, "cents": cents} for key, to, cents in payments]
        return self.client.post("/payroll/", json={"payments": listed, "strict": strict})

    def play(self, *payments, strict=False, cut=0, other=None):
        listed = [{"key": key, "to": to, "cents": cents} for key, to, cents in payments]
        return self.project.run(PLAY % (listed, strict, cut, other))

    def state(self):
        return self.project.run(STATE)

    def mailed(self):
        return sorted(address.split("@")[0] for mail in self.project.mail() for address in mail["to"])

    def test_pay(self):
        """Who can be paid is paid, noted, and told."""
        keys = self.fill()
        response = self.send(("a1", keys["ada"], 3000), ("b1", keys["bo"], 2000))
        self.expect(response.status_code, 200, what="POST of two wages")
        self.expect(response.json(), {"paid": ["a1", "b1"], "known": [], "refused": {}}, what="The answer")
        self.expect(
            self.state(),
            [{"firm": 95_000, "ada": 3000, "bo": 2000}, ["a1", "b1"]],
            what="Balances and payments",
        )
        self.expect(self.mailed(), ["ada", "bo"], what="Mails")

    def test_the_last_cent(self):
        """All that the firm has can be paid."""
        keys = self.fill(firm=3000)
        self.expect(self.send(("a1", keys["ada"], 3000)).json()["paid"], ["a1"], what="3000 of 3000")

    def test_refused(self):
        """Who cannot be paid is named with the reason, and the others are paid."""
        keys = self.fill(firm=5000)
        response = self.send(
            ("x1", 99999, 100),
            ("a1", keys["ada"], 3000),
            ("b1", keys["bo"], 4000),
            ("c1", keys["cleo"], 2000),
        )
        self.expect(
            response.json(),
            {"paid": ["a1", "c1"], "known": [], "refused": {"x1": "no account", "b1": "too little"}},
            what="A firm with 5000",
            concept=SAVEPOINT,
        )
        self.expect(self.state(), [{"ada": 3000, "cleo": 2000}, ["a1", "c1"]], what="Balances and payments")
        self.expect(self.mailed(), ["ada", "cleo"], what="Mails")

    def test_closed(self):
        """What the database refuses half-way leaves nothing, and those after it are paid."""
        keys = self.fill()
        response = self.send(("a1", keys["ada"], 3000), ("d1", keys["dan"], 1000), ("b1", keys["bo"], 2000))
        self.expect(
            response.status_code, 200, what="POST with a closed account in the middle", concept=SAVEPOINT
        )
        self.expect(
            response.json(),
            {"paid": ["a1", "b1"], "known": [], "refused": {"d1": "closed"}},
            what="The answer",
        )
        self.expect(
            self.state(),
            [{"firm": 95_000, "ada": 3000, "bo": 2000}, ["a1", "b1"]],
            what="Balances and payments",
            concept=SAVEPOINT,
        )
        self.expect(self.mailed(), ["ada", "bo"], what="Mails", concept=MAIL)

    def test_strict(self):
        """A strict list is paid whole, or not at all."""
        keys = self.fill()
        response = self.send(("a1", keys["ada"], 3000), ("d1", keys["dan"], 1000), strict=True)
        self.expect(response.status_code, 409, what="A strict list with a closed account")
        self.expect(response.json(), {"refused": {"d1": "closed"}}, what="The answer")
        self.expect(self.state(), [{"firm": 100_000}, []], what="Balances and payments", concept=ALL)
        self.expect(self.mailed(), [], what="Mails", concept=MAIL)
        response = self.send(("a1", keys["ada"], 3000), strict=True)
        self.expect(
            response.json(), {"paid": ["a1"], "known": [], "refused": {}}, what="A strict list without one"
        )

    def test_known(self):
        """A key is paid once, whenever and however often it comes."""
        keys = self.fill()
        response = self.send(("a1", keys["ada"], 3000), ("a1", keys["ada"], 3000))
        self.expect(response.json(), {"paid": ["a1"], "known": ["a1"], "refused": {}}, what="Twice in a list")
        response = self.send(("a1", keys["ada"], 3000), ("b1", keys["bo"], 500), strict=True)
        self.expect(
            response.json(),
            {"paid": ["b1"], "known": ["a1"], "refused": {}},
            what="And again in a strict one",
        )
        self.expect(self.state(), [{"firm": 96_500, "ada": 3000, "bo": 500}, ["a1", "b1"]], what="Balances")
        self.expect(self.mailed(), ["ada", "bo"], what="Mails")

    def test_every_step(self):
        """Stopped after any of its statements, nothing of the list is left."""
        keys = self.fill()
        payments = [("a1", keys["ada"], 3000), ("b1", keys["bo"], 2000)]
        _, writes = self.play(*payments)
        for cut in range(1, writes + 1):
            keys = self.fill()
            before = len(self.mailed())
            told, _ = self.play(("a1", keys["ada"], 3000), ("b1", keys["bo"], 2000), cut=cut)
            self.expect(
                told,
                "PowerCut",
                what=f"What comes of a power cut after write {cut}",
                concept="Catch what you know how to handle: this goes through",
            )
            self.expect(
                self.state(),
                [{"firm": 100_000}, []],
                what=f"Balances, stopped after write {cut} of {writes}",
                concept=ALL,
            )
            self.expect(len(self.mailed()), before, what=f"Mails, stopped after write {cut}", concept=MAIL)

    def test_commit(self):
        """Where the commit itself fails, nobody is told of money."""
        keys = self.fill()
        self.play(("a1", keys["ada"], 3000), cut=-1)
        self.expect(self.state(), [{"firm": 100_000}, []], what="Balances after a failed COMMIT", concept=ALL)
        self.expect(self.mailed(), [], what="Mails", concept=MAIL)

    def test_race(self):
        """What another session takes from the firm meanwhile is not given back."""
        keys = self.fill()
        other = [
            "UPDATE payroll_account SET balance = balance - 10000 WHERE id = %s AND balance >= 10000",
            [keys["firm"]],
        ]
        self.play(("a1", keys["ada"], 3000), ("b1", keys["bo"], 2000), other=other)
        self.expect(
            self.state()[0],
            {"firm": 85_000, "ada": 3000, "bo": 2000},
            what="100000, less 10000 by the other session, less 5000 of wages",
            concept=RACE,
        )

    def test_race_for_the_last(self):
        """The firm's account does not go below zero, whoever was first."""
        keys = self.fill(firm=4000)
        other = [
            "UPDATE payroll_account SET balance = balance - 3000 WHERE id = %s AND balance >= 3000",
            [keys["firm"]],
        ]
        told, _ = self.play(("a1", keys["ada"], 3000), other=other)
        balances, payments = self.state()
        self.expect(balances.get("firm"), 1000, what="4000, less 3000 for one of the two", concept=RACE)
        if not payments:
            self.expect(told, {"paid": [], "known": [], "refused": {"a1": "too little"}}, what="Ours")
