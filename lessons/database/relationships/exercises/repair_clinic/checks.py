import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from clinic.models import Insurance, Owner, Pet, Vet, Visit
for model in (Visit, Insurance, Pet, Owner, Vet):
    model.objects.all().delete()
owners, vets, pets = {}, {}, {}
for name, owner, company, visits in %r:
    if owner not in owners:
        owners[owner] = Owner.objects.create(name=owner)
    if name is None:
        continue
    pets[name] = Pet.objects.create(name=name, owner=owners[owner])
    if company:
        Insurance.objects.create(pet=pets[name], company=company)
    for reason, vet in visits:
        if vet not in vets:
            vets[vet] = Vet.objects.create(name=vet)
        Visit.objects.create(pet=pets[name], vet=vets[vet], reason=reason)
[{name: row.pk for name, row in rows.items()} for rows in (owners, vets, pets)]
"""

COUNT = """
from clinic.models import Insurance, Owner, Pet, Vet, Visit
{model.__name__: model.objects.count() for model in (Insurance, Owner, Pet, Vet, Visit)}
"""

DELETE = """
from clinic.models import Owner
from django.db import IntegrityError, transaction
def attempt():
    try:
        with transaction.atomic():
            %s
    except IntegrityError as error:
        return type(error).__name__
    return "deleted"
attempt()
"""

SECOND_INSURANCE = """
from clinic.models import Insurance, Pet
from django.db import IntegrityError, transaction
def attempt():
    try:
        with transaction.atomic():
            Insurance.objects.create(pet=Pet.objects.get(), company="Second")
    except IntegrityError:
        return "refused"
    return "created"
attempt()
"""


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 2}

    def fill(self, *rows):
        """Replace all rows: (pet or None, owner, company or None, [(reason, vet)]); answers keys by name."""
        return self.project.run(FILL % (list(rows),))

    def listed(self):
        response = self.client.get("/pets.json")
        self.expect(response.status_code, 200, what="GET /pets.json")
        return {row["name"]: row for row in response.json()["pets"]}

    def test_uninsured(self):
        """A pet without an insurance is listed, and is insured by null."""
        company = f"Company {random.randrange(100)}"
        self.fill(("Rex", "Ida", company, []), ("Bo", "Ida", None, []), ("Miu", "Jon", None, []))
        self.expect(
            {name: row["insured_by"] for name, row in self.listed().items()},
            {"Bo": None, "Miu": None, "Rex": company},
            what="insured_by of three pets, one of them insured",
            concept="The reverse of a OneToOneField raises RelatedObjectDoesNotExist where there is no row",
        )

    def test_list(self):
        """Pets come by name, each with its owner."""
        self.fill(("Rex", "Ida", "A", []), ("Bo", "Jon", "B", []), ("Miu", "Ida", "C", []))
        self.expect(
            [(name, row["owner"]) for name, row in self.listed().items()],
            [("Bo", "Jon"), ("Miu", "Ida"), ("Rex", "Ida")],
            what="Pets and owners, in the order of the answer",
        )

    def test_vet_leaves(self):
        """A vet can be deleted; the visits stay, without a vet."""
        reason = f"Reason {random.randrange(100)}"
        _, vets, pets = self.fill(("Rex", "Ida", None, [(reason, "Dr. Vogel"), ("Teeth", "Dr. Amari")]))
        response = self.client.post(f"/vets/{vets['Dr. Vogel']}/delete/")
        self.expect(response.status_code, 204, what="POST to delete a vet who has visits")
        self.expect(self.project.run(COUNT)["Vet"], 1, what="Vets that are left")
        response = self.client.get(f"/pets/{pets['Rex']}.json")
        self.expect(response.status_code, 200, what="GET the pet that this vet has seen")
        self.expect(
            response.json()["visits"],
            [{"reason": reason, "vet": None}, {"reason": "Teeth", "vet": "Dr. Amari"}],
            what="The visits of the pet, one of them by the vet who left",
            concept="on_delete=SET_NULL with null=True: the row stays, its foreign key becomes NULL",
        )

    def test_owner_with_pets(self):
        """An owner with pets is refused with 409, and with the names of the pets."""
        owners, _, _ = self.fill(
            ("Rex", "Ida", "A", [("Teeth", "Dr. V")]), ("Bo", "Ida", None, []), ("Miu", "Jon", None, [])
        )
        before = self.project.run(COUNT)
        response = self.client.post(f"/owners/{owners['Ida']}/delete/")
        self.expect(
            response.status_code, 409, what="POST to delete an owner of two pets", concept="ProtectedError"
        )
        self.expect(
            sorted(response.json().get("pets", [])),
            ["Bo", "Rex"],
            what="pets in the answer",
            concept="error.protected_objects has the rows that are in the way, and no others",
        )
        self.expect(self.project.run(COUNT), before, what="Rows of every table after the refusal")

    def test_owner_everywhere(self):
        """An owner with pets cannot be deleted by a script either."""
        for code in ("Owner.objects.get(name='Ida').delete()", "Owner.objects.filter(name='Ida').delete()"):
            self.fill(("Rex", "Ida", None, []))
            self.expect_in(
                self.project.run(DELETE % code),
                ["ProtectedError", "RestrictedError"],
                what=f"{code}, where Ida has a pet",
                concept="A check in the view protects from that view only; on_delete=PROTECT is asked by "
                "every delete() of Django",
            )

    def test_owner_without_pets(self):
        """An owner without pets can be deleted."""
        owners, _, _ = self.fill((None, "Kim", None, []), ("Rex", "Ida", None, []))
        response = self.client.post(f"/owners/{owners['Kim']}/delete/")
        self.expect(response.status_code, 204, what="POST to delete an owner without pets")
        self.expect(self.project.run(COUNT)["Owner"], 1, what="Owners that are left")
        self.expect(self.client.post("/owners/99999/delete/").status_code, 404, what="An owner not there")

    def test_pet_goes_whole(self):
        """A pet is deleted with its visits and its insurance, and with nothing else."""
        _, _, pets = self.fill(
            ("Rex", "Ida", "A", [("Teeth", "Dr. V"), ("Ear", "Dr. A")]),
            ("Bo", "Ida", "B", [("Paw", "Dr. V")]),
        )
        response = self.client.post(f"/pets/{pets['Rex']}/delete/")
        self.expect(response.status_code, 204, what="POST to delete a pet with visits and an insurance")
        self.expect(
            self.project.run(COUNT),
            {"Insurance": 1, "Owner": 1, "Pet": 1, "Vet": 2, "Visit": 1},
            what="Rows of every table afterwards",
            concept="CASCADE belongs where a row means nothing without the other",
        )

    def test_one_insurance(self):
        """A pet has one insurance at most, and the database sees to it."""
        self.fill(("Rex", "Ida", "A", []))
        self.expect(
            self.project.run(SECOND_INSURANCE),
            "refused",
            what="A second insurance for the same pet",
            concept="OneToOneField is a foreign key with UNIQUE; a ForeignKey is not",
        )

    def test_queries(self):
        """However many pets there are, the list takes at most 2 queries."""
        for number in (3, 12):
            self.fill(*((f"Pet {n}", f"Owner {n}", "A" if n % 2 else None, []) for n in range(number)))
            self.expect_queries(
                self.client.get("/pets.json"),
                at_most=2,
                what=f"/pets.json with {number} pets",
                concept="select_related() follows a OneToOneField in both directions",
            )
