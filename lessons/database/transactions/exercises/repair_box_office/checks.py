import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from cinema.models import Booking, Card, Show
for model in (Booking, Card, Show): model.objects.all().delete()
show = Show.objects.create(title="Night Ferry", price=%d)
card = Card.objects.create(email="ada@example.com", balance=%d)
[card.pk, show.pk]
"""
STATE = """
from cinema.models import Booking, Card
[Card.objects.get(pk=%d).balance, sorted(Booking.objects.values_list("seat", flat=True))]
"""
# Calls book() while something happens: at the n-th statement that writes the power is cut, or another session
# writes before the first one. Answers what became of it, and how many statements wrote.
PLAY = """
import re
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from cinema import booking

class PowerCut(Exception):
    pass

WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?cinema_')

def play(card, show, seat, cut, other):
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
            booking.book(card, show, seat)
        told = "booked"
    except Exception as error:
        told = type(error).__name__
    finally:
        QuerySet.select_for_update = original
        if cut == -1:
            del connection._commit
    if other and not seen["kept"]:
        elsewhere()  # the other session has committed, whatever became of ours
    return [told, seen["writes"]]

play(%r, %r, %r, %r, %r)
"""
ATOMIC = "transaction.atomic(): an exception that leaves the block takes all of it back"
RACE = (
    "What was read is old by the time it is written: F() in the UPDATE, or select_for_update() before reading"
)


class Checks(ExerciseTestCase):
    def fill(self, price=1200, balance=5000):
        return self.project.run(FILL % (price, balance))

    def book(self, card, show, seat="C7"):
        return self.client.post("/book/", data={"card": str(card), "show": str(show), "seat": seat})

    def state(self, card):
        return self.project.run(STATE % card)

    def play(self, card, show, seat="C7", cut=0, other=None):
        return self.project.run(PLAY % (card, show, seat, cut, other))

    def test_book(self):
        """A booking charges the card, takes the seat and mails one ticket."""
        price = random.randrange(500, 2000)
        card, show = self.fill(price=price)
        response = self.book(card, show)
        self.expect(response.status_code, 201, what="POST of a seat that is free")
        self.expect(self.state(card), [5000 - price, ["C7"]], what="Balance, and seats that are booked")
        ticket = self.expect_mail(to="ada@example.com", what="The ticket")
        self.expect_in("C7", ticket["body"], what="The ticket's text")

    def test_exactly(self):
        """A card with exactly the price will do."""
        card, show = self.fill(price=1200, balance=1200)
        self.expect(self.book(card, show).status_code, 201, what="1200 on the card, and a seat for 1200")
        self.expect(self.state(card), [0, ["C7"]], what="Balance and seats")

    def test_taken(self):
        """For a seat that is taken nothing is charged, and nothing mailed."""
        card, show = self.fill()
        self.book(card, show)
        before = len(self.project.mail())
        response = self.book(card, show)
        self.expect(response.status_code, 409, what="POST of a seat that is taken")
        self.expect(response.json(), {"error": "taken"}, what="The answer")
        self.expect(self.state(card), [3800, ["C7"]], what="Balance and seats", concept=ATOMIC)
        self.expect(
            len(self.project.mail()),
            before,
            what="Tickets",
            concept="transaction.on_commit: mail is not rolled back, so it comes after the commit",
        )
        self.expect(self.book(card, show, "C8").status_code, 201, what="The next seat, afterwards")

    def test_too_little(self):
        """With too little on the card nothing is booked."""
        card, show = self.fill(balance=700)
        response = self.book(card, show)
        self.expect(response.status_code, 402, what="700 on the card, and a seat for 1200")
        self.expect(self.state(card), [700, []], what="Balance and seats", concept=ATOMIC)
        self.expect(self.project.mail(), [], what="Tickets")

    def test_every_step(self):
        """Stopped after any of its statements, it has changed nothing and mailed nothing."""
        card, show = self.fill()
        _, writes = self.play(card, show)
        for cut in range(1, writes + 1):
            card, show = self.fill()
            before = len(self.project.mail())
            told, _ = self.play(card, show, cut=cut)
            self.expect(
                told,
                "PowerCut",
                what=f"What book() raises when it is stopped after write {cut}",
                concept="except IntegrityError: an error that is not yours to handle goes through",
            )
            self.expect(
                self.state(card),
                [5000, []],
                what=f"Balance and seats, stopped after write {cut} of {writes}",
                concept=ATOMIC,
            )
            self.expect(
                len(self.project.mail()),
                before,
                what=f"Tickets, stopped after write {cut}",
                concept="transaction.on_commit",
            )

    def test_commit(self):
        """Where the commit itself fails, there is no booking and no ticket."""
        card, show = self.fill()
        self.play(card, show, cut=-1)
        self.expect(
            self.state(card), [5000, []], what="Balance and seats after a COMMIT that failed", concept=ATOMIC
        )
        self.expect(
            self.project.mail(),
            [],
            what="Tickets",
            concept="transaction.on_commit: only a commit that succeeded calls it",
        )

    def test_race(self):
        """What another session takes from the card meanwhile is not given back."""
        card, show = self.fill()
        other = ["UPDATE cinema_card SET balance = balance - 1000 WHERE id = %s AND balance >= 1000", [card]]
        told, _ = self.play(card, show, other=other)
        seats = self.state(card)[1]
        self.expect_in(told, ["booked", "TooLittle", "Taken"], what="What became of ours")
        self.expect(
            self.state(card)[0],
            4000 - 1200 * len(seats),
            what=f"5000, less 1000 by the other session, less 1200 for each of {len(seats)} seats",
            concept=RACE,
        )

    def test_race_for_the_last(self):
        """Two who race for the last money on a card do not both get a seat, and it stays above zero."""
        card, show = self.fill(balance=1500)
        other = ["UPDATE cinema_card SET balance = balance - 1200 WHERE id = %s AND balance >= 1200", [card]]
        told, _ = self.play(card, show, other=other)
        balance, seats = self.state(card)
        self.expect_true(balance >= 0, expected="a balance that is not below zero", concept=RACE)
        self.expect(balance, 300, what="1500, less 1200 for one of the two", concept=RACE)
        if told != "booked":
            self.expect(
                [told, seats], ["TooLittle", []], what="Ours, where the other was first", concept=ATOMIC
            )

    def test_other_error(self):
        """A card that does not exist books nothing."""
        card, show = self.fill()
        told, _ = self.play(99999, show)
        self.expect_true(told != "booked", expected="an error", concept="No row was charged")
        self.expect(self.state(card), [5000, []], what="Balance and seats", concept=ATOMIC)
