from sandbox.jail.examiner import ExerciseTestCase

COMMIT = "What is sent inside a transaction is sent, whether it is committed or not: transaction.on_commit"
REPEATS = "A retry runs the whole function again: what must happen once comes after what may fail"

BANK = "from shop import gateway\n[sorted(gateway.booked.values()), gateway.calls]"
ORDERS = "from shop.models import Order\n[[o.email, o.paid] for o in Order.objects.order_by('pk')]"


class Checks(ExerciseTestCase):
    def bank(self, **state):
        lines = ["gateway.booked.clear()", "gateway.calls = gateway.busy = gateway.lost = 0"]
        lines += ["gateway.blocked = False", *(f"gateway.{name} = {value}" for name, value in state.items())]
        self.project.run("from shop import gateway\n" + "\n".join(lines))

    def buy(self, product=1, email="ada@example.com"):
        return self.client.post("/buy/", data={"product": str(product), "email": email})

    def tries(self):
        return [task for task in self.project.tasks() if task["name"].endswith("charge_order")]

    def test_buy(self):
        """An order is charged once, paid, and receipted."""
        self.bank()
        response = self.buy()
        self.expect(response.status_code, 201, what="POST of a tea that is there")
        self.expect(self.project.run(BANK)[0], [1200], what="What the bank has booked")
        self.expect(
            self.project.run(ORDERS), [["ada@example.com", True]], what="The orders, and whether paid"
        )
        self.expect_mail(to="ada@example.com", what="The receipt")
        self.expect(
            [len(task["args"]) + len(task["kwargs"]) for task in self.tries()],
            [1],
            what="Arguments of charge_order",
            concept="A message carries the key of the row",
        )

    def test_sold_out(self):
        """Who comes too late is told so, and neither charged nor mailed."""
        self.bank()
        self.buy(product=2, email="first@example.com")
        before = len(self.tries())
        response = self.buy(product=2, email="late@example.com")
        self.expect(response.status_code, 409, what="POST of a tea that is sold out")
        late = [mail["to"] for mail in self.project.mail() if "late@example.com" in mail["to"]]
        self.expect(late, [], what="Receipts for the order that was rolled back", concept=COMMIT)
        self.expect(self.project.run(BANK)[0], [900], what="What the bank has booked", concept=COMMIT)
        self.expect(len(self.tries()), before, what="Tasks that were sent", concept=COMMIT)
        self.expect(self.project.run(ORDERS), [["first@example.com", True]], what="The orders")

    def test_busy(self):
        """A busy bank is asked again after 10, then 20 seconds; there is one receipt."""
        self.bank(busy=2)
        self.expect(self.buy().status_code, 201, what="POST while the bank is busy")
        self.expect_task("charge_order", state="SUCCESS", retries=2, concept="self.retry")
        self.expect(
            [task["countdown"] for task in self.tries()],
            [None, 10, 20],
            what="How long each try had to wait",
            concept="Backoff: countdown grows with self.request.retries",
        )
        self.expect(len(self.project.mail()), 1, what="Receipts", concept=REPEATS)
        self.expect(self.project.run(BANK)[0], [1200], what="What the bank has booked")

    def test_lost(self):
        """A charge whose answer was lost is asked for again by the same key."""
        self.bank(lost=2)
        self.buy()
        self.expect(
            self.project.run(BANK)[0],
            [1200],
            what="What the bank has booked after two lost answers",
            concept="Idempotency key: the same for every try, so the bank can tell them from a second order",
        )
        self.expect_task("charge_order", state="SUCCESS", retries=2, what="The third try is answered")
        self.expect(len(self.project.mail()), 1, what="Receipts", concept=REPEATS)

    def test_two_orders(self):
        """Two orders are two charges."""
        self.bank()
        self.buy()
        self.buy(email="bo@example.com")
        self.expect(
            self.project.run(BANK)[0],
            [1200, 1200],
            what="What the bank has booked for two orders of the same tea",
            concept="A key that is the same for different orders would make the second one free",
        )
        self.expect(len(self.project.mail()), 2, what="Receipts")

    def test_declined(self):
        """A blocked card is asked for once, and its order stays unpaid."""
        self.bank(blocked=True)
        self.expect(self.buy().status_code, 201, what="The answer does not wait for the bank")
        self.expect_task(
            "charge_order",
            state="FAILURE",
            retries=0,
            concept="Retry what will pass: Busy and LineLost, not every exception",
        )
        self.expect(self.project.run(BANK), [[], 1], what="Booked, and how often the bank was asked")
        self.expect(self.project.mail(), [], what="Receipts", concept="A receipt is for what was paid")
        self.expect(self.project.run(ORDERS), [["ada@example.com", False]], what="The order")

    def test_gives_up(self):
        """After four retries the task has failed."""
        self.bank(busy=99)
        self.buy()
        self.expect(
            [task["countdown"] for task in self.tries()],
            [None, 10, 20, 40, 80],
            what="Waits of all tries",
            concept="max_retries",
        )
        self.expect_task("charge_order", state="FAILURE", retries=4, concept="max_retries")
        self.expect(self.project.mail(), [], what="Receipts")

    def test_again(self):
        """A second run for an order that is paid does nothing."""
        self.bank()
        order = self.buy().json()["order"]
        self.project.run(f"from shop.tasks import charge_order\ncharge_order.delay({order})\nNone")
        self.expect(
            self.project.run(BANK)[0],
            [1200],
            what="What the bank has booked",
            concept="A message can come twice: the task looks at the row first",
        )
        self.expect(
            len(self.project.mail()),
            1,
            what="Receipts",
            concept="A message can come twice: the task looks at the row first",
        )
