import random

from sandbox.jail.examiner import ExerciseTestCase

ROWS = """
from ferry.models import Booking
[
    [booking.email, str(booking.out_on), booking.back_on and str(booking.back_on), booking.pin, booking.paid,
     [[row.name, row.seat] for row in booking.passengers.order_by("seat")]]
    for booking in Booking.objects.order_by("pk")
]
"""

# The database itself refuses the seat X9, whoever writes it and however.
REFUSED = """
from django.db import connection
from ferry.models import Booking
from ferry.serializers import BookingSerializer
with connection.cursor() as cursor:
    cursor.execute(
        "CREATE TRIGGER refused BEFORE INSERT ON ferry_passenger WHEN NEW.seat = 'X9'"
        " BEGIN SELECT RAISE(ABORT, 'The seat X9 is broken.'); END"
    )
def attempt():
    serializer = BookingSerializer(%s, data=%r, partial=%r)
    serializer.is_valid(raise_exception=True)
    try:
        serializer.save()
    except Exception as error:
        return type(error).__name__
    return "saved"
said = attempt()
with connection.cursor() as cursor:
    cursor.execute("DROP TRIGGER refused")
said
"""

SEED = ["ida@example.com", "2026-06-01", "2026-06-08", "4711", False, [["Ida", "A1"], ["Jon", "A2"]]]
WHOLE = "Nested writes are several statements: transaction.atomic() makes them one"
PARTIAL = "In a PATCH attrs has only what was sent; the rest is in self.instance"


def good(**changed):
    body = {
        "email": "max@example.com",
        "out_on": "2026-07-01",
        "back_on": "2026-07-05",
        "pin": "1234",
        "passengers": [{"name": "Max", "seat": "B1"}, {"name": "Mia", "seat": "B2"}],
    }
    return body | changed


def at(errors, *path):
    """What stands at the place, whether errors of a list are a list or, as DRF has it by now, a dict."""
    for step in path:
        if isinstance(errors, list):
            errors = errors[step] if isinstance(step, int) and step < len(errors) else None
        elif isinstance(errors, dict):
            errors = errors.get(str(step))
        else:
            return None
    return errors


class Checks(ExerciseTestCase):
    def post(self, body):
        return self.client.post("/bookings/", json=body)

    def seeded(self):
        return self.project.run("from ferry.models import Booking\nBooking.objects.get().pk")

    def expect_error(self, response, *path, what, concept=""):
        """400, an error at that very place, and not one row more or less."""
        self.expect(response.status_code, 400, what=what, concept=concept)
        self.expect_true(
            at(response.json(), *path),
            expected=f"an error at {' > '.join(map(str, path))}, in {response.text[:200]}",
            what=what,
            concept=concept or "A ValidationError with a dict puts each message at its field",
        )
        self.expect(self.project.run(ROWS), [SEED], what=f"The bookings after: {what}", concept=WHOLE)

    def test_good(self):
        """A good body makes a booking with its passengers, one way or return."""
        seat = f"C{random.randrange(1, 99)}"
        for body in (good(passengers=[{"name": "Max", "seat": seat}]), good(back_on=None)):
            self.expect(self.post(body).status_code, 201, what=f"POST of {body}")
        without = good()
        del without["back_on"]
        self.expect(self.post(without).status_code, 201, what="POST without back_on", concept=PARTIAL)
        rows = self.project.run(ROWS)
        both = [["Max", "B1"], ["Mia", "B2"]]
        self.expect(
            rows[1:],
            [
                ["max@example.com", "2026-07-01", "2026-07-05", "1234", False, [["Max", seat]]],
                ["max@example.com", "2026-07-01", None, "1234", False, both],
                ["max@example.com", "2026-07-01", None, "1234", False, both],
            ],
            what="The three bookings",
        )

    def test_paid(self):
        """Nobody pays by saying so, in a POST, a PUT or a PATCH."""
        concept = "read_only_fields: shown, and ignored when they are sent"
        response = self.post(good(paid=True))
        self.expect(response.status_code, 201, what="POST with paid: true")
        self.expect(response.json().get("paid"), False, what="paid in the answer", concept=concept)
        path = f"/bookings/{response.json()['id']}/"
        self.expect(self.client.patch(path, json={"paid": True}).status_code, 200, what="PATCH of paid")
        self.expect(self.client.put(path, json=good(paid=True)).status_code, 200, what="PUT with paid: true")
        self.expect(self.project.run(ROWS)[1][4], False, what="paid in the row", concept=concept)
        self.project.run("from ferry.models import Booking\nBooking.objects.update(paid=True)")
        self.expect(self.client.get(path).json().get("paid"), True, what="GET of one that is paid")

    def test_pin(self):
        """The PIN is needed and kept, and comes back in no answer."""
        concept = "extra_kwargs = {'pin': {'write_only': True}}"
        response = self.post(good(pin="9876"))
        self.expect(response.status_code, 201, what="POST")
        path = f"/bookings/{response.json()['id']}/"
        answers = [response, self.client.get(path), self.client.get("/bookings/")]
        answers.append(self.client.patch(path, json={"email": "new@example.com"}))
        for answer in answers:
            self.expect_not_in("9876", answer.text, what="An answer", concept=concept)
        self.expect(self.project.run(ROWS)[1][3], "9876", what="The row's pin", concept=concept)
        without = good()
        del without["pin"]
        response = self.post(without)
        self.expect(response.status_code, 400, what="POST without a pin")
        self.expect_true(at(response.json(), "pin"), expected="an error at pin", concept=concept)

    def test_no_passengers(self):
        """A booking without a passenger is refused, at `passengers`."""
        concept = "PassengerSerializer(many=True, allow_empty=False)"
        self.expect_error(self.post(good(passengers=[])), "passengers", what="POST with []", concept=concept)
        path = f"/bookings/{self.seeded()}/"
        response = self.client.patch(path, json={"passengers": []})
        self.expect_error(response, "passengers", what="PATCH with []", concept=concept)

    def test_same_seat(self):
        """Two on one seat are refused at the second one's `seat`, and nothing is written."""
        three = [{"name": "Max", "seat": "B1"}, {"name": "Mia", "seat": "B2"}, {"name": "Moe", "seat": "B1"}]
        concept = (
            "The constraint spans a column that the nested serializer does not have, so DRF cannot check it"
        )
        response = self.post(good(passengers=three))
        self.expect_error(response, "passengers", 2, "seat", what="POST with B1 twice", concept=concept)
        response = self.client.patch(f"/bookings/{self.seeded()}/", json={"passengers": three})
        self.expect_error(response, "passengers", 2, "seat", what="PATCH with B1 twice", concept=concept)

    def test_same_seat_elsewhere(self):
        """A seat of another booking is free."""
        response = self.post(good(passengers=[{"name": "Max", "seat": "A1"}]))
        self.expect(response.status_code, 201, what="POST with A1, which another booking has")

    def test_dates(self):
        """Back before out is refused at `back_on`; the same day is fine."""
        concept = "ValidationError({'back_on': …}) in validate(): a bare message lands in non_field_errors"
        response = self.post(good(back_on="2026-06-30"))
        self.expect_error(response, "back_on", what="POST with back_on before out_on", concept=concept)
        self.expect(self.post(good(back_on="2026-07-01")).status_code, 201, what="POST, back the same day")

    def test_patch_dates(self):
        """A PATCH of one date is compared with the other one in the row."""
        path = f"/bookings/{self.seeded()}/"
        response = self.client.patch(path, json={"back_on": "2026-05-31"})
        self.expect_error(response, "back_on", what="PATCH of back_on to before out_on", concept=PARTIAL)
        response = self.client.patch(path, json={"out_on": "2026-06-09"})
        self.expect_error(response, "back_on", what="PATCH of out_on to after back_on", concept=PARTIAL)
        for body in (
            {"out_on": "2026-06-02"},
            {"out_on": "2026-12-01", "back_on": None},
            {"out_on": "2026-12-02"},
        ):
            status = self.client.patch(path, json=body).status_code
            self.expect(status, 200, what=f"PATCH of {body}", concept=PARTIAL)
        self.expect(self.project.run(ROWS)[0][1:3], ["2026-12-02", None], what="The dates in the row")

    def test_patch_other(self):
        """A PATCH of the address alone changes the address alone."""
        response = self.client.patch(f"/bookings/{self.seeded()}/", json={"email": "ida@example.org"})
        self.expect(response.status_code, 200, what="PATCH of the email", concept=PARTIAL)
        self.expect(self.project.run(ROWS), [["ida@example.org", *SEED[1:]]], what="The booking")

    def test_change_passengers(self):
        """Passengers that are sent take the place of those that were there."""
        pk = self.seeded()
        other = self.post(good()).json()["id"]
        body = {"passengers": [{"name": "Jon", "seat": "A1"}, {"name": "Kai", "seat": "A3"}]}
        response = self.client.patch(f"/bookings/{pk}/", json=body)
        concept = "update() has to say what becomes of nested rows; ModelSerializer does not guess"
        self.expect(response.status_code, 200, what="PATCH of the passengers", concept=concept)
        got = sorted((row["name"], row["seat"]) for row in response.json()["passengers"])
        self.expect(got, [("Jon", "A1"), ("Kai", "A3")], what="The answer", concept=concept)
        rows = self.project.run(ROWS)
        self.expect(rows[0][5], [["Jon", "A1"], ["Kai", "A3"]], what="The rows", concept=concept)
        self.expect(rows[1][5], [["Max", "B1"], ["Mia", "B2"]], what="The other booking's", concept=concept)
        status = self.client.put(f"/bookings/{other}/", json=good(email="x@example.com")).status_code
        self.expect(status, 200, what="PUT of a whole booking", concept=concept)

    def test_patch_reaches_down(self):
        """A passenger without a seat or a name is refused at that field, in a PATCH as well."""
        concept = "partial=True holds for nested serializers too: their required fields may be missing"
        for method, body in (("post", good()), ("patch", {})):
            path = "/bookings/" if method == "post" else f"/bookings/{self.seeded()}/"
            body = body | {"passengers": [{"name": "Max", "seat": "B1"}, {"name": "Mia"}]}
            response = getattr(self.client, method)(path, json=body)
            what = f"{method.upper()} with a passenger without a seat"
            self.expect_error(response, "passengers", 1, "seat", what=what, concept=concept)

    def test_whole_or_not_at_all(self):
        """If the database refuses a passenger, nothing of the booking is written."""
        broken = [{"name": "Max", "seat": "B1"}, {"name": "Mia", "seat": "X9"}]
        said = self.project.run(REFUSED % ("None", good(passengers=broken), False))
        self.expect_not_in(said, ["saved"], what="save() of a seat that the database refuses")
        self.expect(
            self.project.run(ROWS), [SEED], what="The bookings after a failed create()", concept=WHOLE
        )
        self.project.run(
            REFUSED % ("Booking.objects.get()", {"email": "x@example.com", "passengers": broken}, True)
        )
        self.expect(
            self.project.run(ROWS), [SEED], what="The bookings after a failed update()", concept=WHOLE
        )
