import random

from sandbox.jail.examiner import ExerciseTestCase

NOTES = """
from desk.models import Note
list(Note.objects.order_by("pk").values_list("ticket_id", "author__username", "text"))
"""

GARBAGE = [
    "not JSON",
    "[1, 2]",
    "7",
    "null",
    "{}",
    '{"text": null}',
    '{"text": 7}',
    '{"text": "  "}',
    b"\x00\xff",
]


class Checks(ExerciseTestCase):
    def enter(self, who, pk):
        """An open socket of this user in this ticket's room."""
        socket = self.knock(who, pk)
        socket.expect_accepted(concept=f"The handshake of {who} in ticket {pk} has to be accepted")
        return socket

    def knock(self, who, pk):
        browser = self.new_client()
        if who is not None:
            browser.login(username=who, password="kettle-42")
        return browser.websocket(f"/ws/tickets/{pk}/")

    def hears(self, socket, author, text, who):
        frame = socket.receive_json()
        self.expect(
            {key: frame.get(key) for key in ("type", "author", "text")},
            {"type": "note", "author": author, "text": text},
            what=f"The frame that {who} gets",
            concept="group_send() reaches every member of the group, the sender too",
        )

    def test_in_the_room(self):
        """Customer and support talk in a ticket's room, and every note is kept."""
        ada, sam = self.enter("ada", 1), self.enter("sam", 1)
        text = f"Dot dash {random.randrange(1000)}"
        ada.send_json({"text": text})
        self.hears(ada, "ada", text, "ada, who wrote it,")
        self.hears(sam, "ada", text, "sam, in the same room,")
        sam.send_json({"text": "We are on it."})
        self.hears(ada, "sam", "We are on it.", "ada")
        self.expect(
            self.project.run(NOTES),
            [[1, "ada", text], [1, "sam", "We are on it."]],
            what="Rows of Note: ticket, author, text",
        )

    def test_strangers(self):
        """Who is not signed in is refused, and so is another customer."""
        for who, pk in ((None, 1), ("bob", 1), ("ada", 2), (None, 2)):
            self.knock(who, pk).expect_refused(
                concept=f"{who or 'Nobody signed in'}, in ticket {pk}. A refusal is close() before accept(): "
                "the handshake is then answered 403"
            )

    def test_no_such_ticket(self):
        """A ticket that does not exist is refused, for staff too."""
        for who in ("sam", "ada", None):
            self.knock(who, 99).expect_refused(concept="connect() looks for the ticket before it accepts")

    def test_rooms_apart(self):
        """What is said in one ticket is not heard in another, not even in one of the same customer."""
        one, two, three, sam = (
            self.enter("ada", 1),
            self.enter("bob", 2),
            self.enter("ada", 3),
            self.enter("sam", 2),
        )
        one.send_json({"text": "Only here"})
        self.hears(one, "ada", "Only here", "ada in ticket 1")
        for socket, where in ((two, "bob in 2"), (three, "ada in 3"), (sam, "sam in 2")):
            socket.expect_nothing(
                what=f"{where}, while ada writes in 1",
                concept="A group's name decides who hears it; each ticket needs one of its own",
            )

    def test_author(self):
        """A note is by whoever is signed in, whatever the frame says."""
        ada, sam = self.enter("ada", 1), self.enter("sam", 1)
        for claim in ({"author": "sam"}, {"user": "sam"}, {"author": "nobody-at-all"}):
            ada.send_json({"text": "Refund her.", **claim})
            for socket, who in ((ada, "ada"), (sam, "sam")):
                self.hears(socket, "ada", "Refund her.", f"{who}, after a frame with {claim},")
        self.expect(
            {author for _, author, _ in self.project.run(NOTES)},
            {"ada"},
            what="Authors of the rows",
            concept="scope['user'] is known from the session; a frame is only what somebody sent",
        )

    def test_garbage(self):
        """A frame that makes no sense is answered with an error, and the line holds."""
        ada, sam = self.enter("ada", 1), self.enter("sam", 1)
        for garbage in GARBAGE:
            ada.send(garbage)
            frame = ada.receive_json()
            self.expect(
                frame.get("type") if isinstance(frame, dict) else frame,
                "error",
                what=f"The type of the answer to the frame {garbage!r}",
                concept="What a consumer raises ends the connection; a client's mistake has to be an answer",
            )
        sam.expect_nothing(what="Others in the room hear nothing of it")
        self.expect(self.project.run(NOTES), [], what="Rows of Note after frames without a text")
        ada.send_json({"text": "Still here"})
        self.hears(ada, "ada", "Still here", "ada, after her bad frames,")
        self.hears(sam, "ada", "Still here", "sam")

    def test_close(self):
        """A closed ticket says so in its room, and closes the sockets with 4000."""
        ada, watching, other = self.enter("ada", 1), self.enter("sam", 1), self.enter("bob", 2)
        third = self.enter("ada", 3)
        staff = self.new_client()
        staff.login(username="sam", password="kettle-42")
        self.expect(staff.post("/tickets/1/close/").status_code, 204, what="POST /tickets/1/close/ by staff")
        for socket in (ada, watching):
            socket.expect_json(
                {"type": "closed"},
                concept="group_send() is a coroutine: a sync view calls it through async_to_sync",
            )
            socket.expect_closed(4000, concept="await self.close(4000), after the frame")
        for socket, where in ((other, "bob in ticket 2"), (third, "ada in ticket 3")):
            socket.expect_nothing(what=f"{where}, while ticket 1 is closed")
        self.expect(self.client.get("/tickets/1/").json()["open"], False, what="open of ticket 1")

    def test_close_by_customers(self):
        """Customers cannot close a ticket."""
        ada = self.enter("ada", 1)
        customer = self.new_client()
        customer.login(username="ada", password="kettle-42")
        self.expect(customer.post("/tickets/1/close/").status_code, 403, what="POST by the customer")
        ada.expect_nothing(what="The room, after a customer tried to close")
