from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from pottery.models import Pot


def shelf(request):
    return render(request, "pottery/shelf.html", {"pots": Pot.objects.order_by("pk")})


def pot(request, pk):
    return HttpResponse(get_object_or_404(Pot, pk=pk).name)
