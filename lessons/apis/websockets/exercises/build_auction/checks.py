import random

from sandbox.jail.examiner import ExerciseTestCase, Mismatch

BIDS = """
from auction.models import Bid
list(Bid.objects.order_by("lot", "number").values_list("lot_id", "number", "bidder__username", "amount"))
"""

WATCHERS = """
from auction.models import Watcher
sorted(Watcher.objects.values_list("lot_id", "user__username"))
"""

SEEDED = [[1, 1, "ann", 60], [1, 2, "bea", 80], [1, 3, "ann", 95]]


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 8}

    def browser(self, who):
        browser = self.new_client()
        if who is not None:
            browser.login(username=who, password="gavel-77")
        return browser

    def enter(self, who, pk=1, query=""):
        """An open socket that has had nothing read from it."""
        socket = self.browser(who).websocket(f"/ws/lots/{pk}/{query}")
        socket.expect_accepted(concept="routing.websocket_urlpatterns, and accept() in connect()")
        return socket

    def heard(self, socket, kind, what):
        """The next frame of this type; others (of who watches) may come before it."""
        for _ in range(50):
            try:
                frame = socket.receive_json()
            except Mismatch as mismatch:
                raise Mismatch(expected=f"a frame of type {kind}", got=mismatch.got, what=what) from mismatch
            if isinstance(frame, dict) and frame.get("type") == kind:
                return frame
        raise AssertionError(f"50 frames, and none of type {kind}")

    def all_of(self, socket, kind):
        """All frames of this type that have come so far."""
        frames = []
        while True:
            try:
                frames.append(socket.receive_json(timeout=0.05))
            except Mismatch:
                return [frame for frame in frames if isinstance(frame, dict) and frame.get("type") == kind]

    def bid(self, socket, amount):
        socket.send_json({"amount": amount})

    def test_handshake(self):
        """Who is signed in gets in; nobody else, and nowhere that does not exist."""
        self.enter("ann")
        self.enter("bea", 2)
        for who, pk in ((None, 1), ("ann", 99), (None, 99)):
            self.browser(who).websocket(f"/ws/lots/{pk}/").expect_refused(
                concept=f"{who or 'Nobody signed in'}, at lot {pk}: close() before accept() answers 403"
            )

    def test_missed(self):
        """The first frame has the bids after the number that was asked for, oldest first."""
        for query, numbers in (("", [1, 2, 3]), ("?after=0", [1, 2, 3]), ("?after=2", [3]), ("?after=3", [])):
            socket = self.enter("cid", 1, query)
            expected = [
                {"number": number, "who": who, "amount": amount}
                for _, number, who, amount in SEEDED
                if number in numbers
            ]
            socket.expect_json(
                {"type": "missed", "bids": expected},
                concept=f"The first frame at /ws/lots/1/{query}: scope['query_string'] is bytes",
            )
            socket.close()
        self.enter("cid", 2).expect_json({"type": "missed", "bids": []}, concept="Lot 2 has no bids")

    def test_missed_is_for_the_newcomer(self):
        """What a newcomer has missed is not sent to those who were there."""
        ann = self.enter("ann")
        self.heard(ann, "missed", "ann's first frame")
        self.enter("bea")
        self.expect(
            self.all_of(ann, "missed"),
            [],
            what="Further frames of type missed at ann's, after bea came",
            concept="self.send_json() is for one connection, group_send() for all",
        )

    def test_bid(self):
        """A higher bid is kept, and told to everybody at the lot."""
        amount = 100 + random.randrange(500)
        ann, bea, tab, other = self.enter("ann"), self.enter("bea"), self.enter("bea"), self.enter("cid", 2)
        self.bid(bea, amount)
        expected = {"type": "bid", "number": 4, "who": "bea", "amount": amount}
        for socket, who in ((bea, "bea, who bids"), (tab, "bea's other tab"), (ann, "ann")):
            self.expect(
                self.heard(socket, "bid", f"The frame at {who}"), expected, what=f"The frame at {who}"
            )
        self.expect(self.project.run(BIDS), [*SEEDED, [1, 4, "bea", amount]], what="Rows of Bid")
        self.expect(
            self.all_of(other, "bid"),
            [],
            what="Bids that are heard at another lot",
            concept="A group for each lot",
        )

    def test_first_bid(self):
        """Where there is no bid yet, the lot's start has to be topped."""
        ann = self.enter("ann", 2)
        self.bid(ann, 10)
        self.expect(
            self.heard(ann, "refused", "The answer to a bid of exactly the start"),
            {"type": "refused", "price": 10},
            what="A bid of 10 where the lot starts at 10",
        )
        self.bid(ann, 11)
        self.expect(
            self.heard(ann, "bid", "The answer to the first bid above the start"),
            {"type": "bid", "number": 1, "who": "ann", "amount": 11},
            what="The first bid of a lot",
            concept="Numbers are counted for each lot",
        )

    def test_too_low(self):
        """A bid that is not higher is refused, and nobody else hears of it."""
        ann, bea = self.enter("ann"), self.enter("bea")
        for amount in (95, 94, 0, -200):
            self.bid(bea, amount)
            self.expect(
                self.heard(bea, "refused", f"The answer to a bid of {amount}"),
                {"type": "refused", "price": 95},
                what=f"The answer to a bid of {amount}, at a price of 95",
            )
        self.expect(self.all_of(ann, "refused"), [], what="Refusals that ann hears of, who did not bid")
        self.expect(self.project.run(BIDS), SEEDED, what="Rows of Bid after bids that were too low")

    def test_no_amount(self):
        """What is no integer is refused, and the line holds."""
        bea = self.enter("bea")
        contents = [{"amount": value} for value in ("200", 200.5, True, None, [200])]
        for content in (*contents, {}, [], 200, "200", None):
            bea.send_json(content)
            self.expect(
                self.heard(bea, "refused", f"The answer to {content!r}"),
                {"type": "refused", "price": 95},
                what=f"The answer to {content!r}",
                concept="A frame is whatever somebody sent; isinstance(True, int) is true",
            )
        self.expect(self.project.run(BIDS), SEEDED, what="Rows of Bid after frames without an integer")
        self.bid(bea, 96)
        self.heard(bea, "bid", "The answer to a good bid, after bad ones")

    def test_watchers(self):
        """Who watches is told to everybody at the lot, when somebody comes and when somebody leaves."""
        ann = self.enter("ann")
        first = self.heard(ann, "watchers", "The second frame of who comes first")
        self.expect(first, {"type": "watchers", "people": ["ann"]}, what="Told to who comes first")
        other = self.enter("cid", 2)
        self.all_of(other, "watchers")
        bea = self.enter("bea")
        for socket, who in ((ann, "ann"), (bea, "bea, who has just come")):
            self.expect(
                self.heard(socket, "watchers", f"The frame at {who}"),
                {"type": "watchers", "people": ["ann", "bea"]},
                what=f"Told to {who}",
            )
        bea.close()
        self.expect(
            self.heard(ann, "watchers", "The frame at ann, after bea left"),
            {"type": "watchers", "people": ["ann"]},
            what="Told to ann when bea has left",
            concept="disconnect() runs when the other side is gone",
        )
        self.expect(self.all_of(other, "watchers"), [], what="Told at another lot meanwhile")

    def test_tabs(self):
        """Somebody with two tabs is there once, and still there when one is closed."""
        ann, one, two = self.enter("ann"), self.enter("bea"), self.enter("bea")
        self.expect(
            self.all_of(ann, "watchers")[-1:],
            [{"type": "watchers", "people": ["ann", "bea"]}],
            what="The last that ann is told, with two tabs of bea's",
        )
        self.expect(
            [list(row) for row in self.project.run(WATCHERS)],
            [[1, "ann"], [1, "bea"], [1, "bea"]],
            what="Rows of Watcher: lot, user",
            concept="One row for each connection; channel_name tells them apart",
        )
        one.close()
        self.expect(
            self.all_of(ann, "watchers")[-1:],
            [{"type": "watchers", "people": ["ann", "bea"]}],
            what="The last that ann is told, after bea closed one of two tabs",
            concept="Count connections, not people",
        )
        two.close()
        self.expect(
            self.all_of(ann, "watchers")[-1:],
            [{"type": "watchers", "people": ["ann"]}],
            what="The last that ann is told, after bea closed both",
        )
        self.expect(
            [list(row) for row in self.project.run(WATCHERS)], [[1, "ann"]], what="Rows of Watcher at the end"
        )

    def test_reconnect(self):
        """Who was away gets what was bid meanwhile, once and in order."""
        ann, bea = self.enter("ann"), self.enter("bea")
        bea.close()
        for amount in (100, 110, 125):
            self.bid(ann, amount)
        back = self.enter("bea", 1, "?after=4")
        self.expect(
            self.heard(back, "missed", "The first frame after coming back"),
            {
                "type": "missed",
                "bids": [
                    {"number": 5, "who": "ann", "amount": 110},
                    {"number": 6, "who": "ann", "amount": 125},
                ],
            },
            what="What bea gets, who had seen number 4",
        )
        self.bid(ann, 130)
        self.expect([frame["number"] for frame in self.all_of(back, "bid")], [7], what="Heard after that")

    def test_queries(self):
        """A bid takes at most 8 queries, however many people watch."""
        sockets = [self.enter(who) for who in ("ann", "bea", "cid", "ann", "bea", "cid")]
        before = sum(len(socket.trace["queries"]) for socket in sockets)
        self.bid(sockets[0], 200)
        for socket in sockets:
            self.heard(socket, "bid", "The bid, at one of six connections")
        asked = [query["sql"] for socket in sockets for query in socket.trace["queries"]][before:]
        count = sum(len(socket.trace["queries"]) for socket in sockets) - before
        self.expect_true(
            count <= 8,
            expected="at most 8 queries for one bid, over all six connections",
            what=f"{count} queries. The last ones:\n" + "\n".join(sql[:120] for sql in asked[-6:]),
            concept="An event carries what those who get it need; they should not have to ask again",
        )
