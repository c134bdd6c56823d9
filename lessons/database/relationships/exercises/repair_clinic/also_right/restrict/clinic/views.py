from django.db.models import RestrictedError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from clinic.models import Owner, Pet, Vet


def company_of(pet):
    return pet.insurance.company if hasattr(pet, "insurance") else None


def pets(request):
    rows = [
        {"name": pet.name, "owner": pet.owner.name, "insured_by": company_of(pet)}
        for pet in Pet.objects.select_related("owner", "insurance").order_by("name")
    ]
    return JsonResponse({"pets": rows})


def pet(request, pk):
    found = get_object_or_404(Pet, pk=pk)
    visits = [
        {"reason": visit.reason, "vet": visit.vet and visit.vet.name}
        for visit in found.visits.select_related("vet").order_by("pk")
    ]
    return JsonResponse({"name": found.name, "visits": visits})


@require_POST
def delete_pet(request, pk):
    get_object_or_404(Pet, pk=pk).delete()
    return HttpResponse(status=204)


@require_POST
def delete_vet(request, pk):
    get_object_or_404(Vet, pk=pk).delete()
    return HttpResponse(status=204)


@require_POST
def delete_owner(request, pk):
    owner = get_object_or_404(Owner, pk=pk)
    try:
        owner.delete()
    except RestrictedError as error:
        names = sorted(pet.name for pet in error.restricted_objects)
        return JsonResponse({"error": "This owner has pets.", "pets": names}, status=409)
    return HttpResponse(status=204)
