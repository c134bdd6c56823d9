from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from clinic.models import Insurance, Owner, Pet, Vet


def pets(request):
    insurances = {i.pet_id: i.company for i in Insurance.objects.all()}
    rows = [
        {"name": p.name, "owner": p.owner.name, "insured_by": insurances.get(p.pk)}
        for p in Pet.objects.select_related("owner").order_by("name")
    ]
    return JsonResponse({"pets": rows})


def pet(request, pk):
    found = get_object_or_404(Pet, pk=pk)
    rows = found.visits.order_by("pk").values_list("reason", "vet__name")
    visits = [{"reason": reason, "vet": vet} for reason, vet in rows]
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
    except IntegrityError:
        names = list(owner.pets.order_by("name").values_list("name", flat=True))
        return JsonResponse({"error": "has pets", "pets": names}, status=409)
    return HttpResponse(status=204)
