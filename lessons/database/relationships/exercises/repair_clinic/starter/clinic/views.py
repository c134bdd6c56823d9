from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from clinic.models import Owner, Pet, Vet


def pets(request):
    rows = [
        {"name": pet.name, "owner": pet.owner.name, "insured_by": pet.insurance.company}
        for pet in Pet.objects.order_by("name")
    ]
    return JsonResponse({"pets": rows})


def pet(request, pk):
    found = get_object_or_404(Pet, pk=pk)
    visits = [{"reason": visit.reason, "vet": visit.vet.name} for visit in found.visits.order_by("pk")]
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
    get_object_or_404(Owner, pk=pk).delete()
    return HttpResponse(status=204)
