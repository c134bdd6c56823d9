from clinic.models import Insurance, Owner, Pet, Vet, Visit


def seed():
    ida, jon, _ = (Owner.objects.create(name=name) for name in ("Ida", "Jon", "Kim"))
    vogel, amari = (Vet.objects.create(name=name) for name in ("Dr. Vogel", "Dr. Amari"))
    rex = Pet.objects.create(name="Rex", owner=ida)
    bo = Pet.objects.create(name="Bo", owner=ida)
    miu = Pet.objects.create(name="Miu", owner=jon)
    Insurance.objects.create(pet=rex, company="Pawsafe")
    Insurance.objects.create(pet=miu, company="Nine Lives")
    for pet, vet, reason in ((rex, vogel, "Teeth"), (rex, amari, "Vaccination"), (bo, vogel, "Limping")):
        Visit.objects.create(pet=pet, vet=vet, reason=reason)
