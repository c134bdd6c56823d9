from django.http import JsonResponse

from tides.levels import level
from tides.models import Reading


def board(request):
    newest = Reading.objects.order_by("-at").first()
    height = newest.centimetres if newest else 0
    return JsonResponse({"centimetres": height, "level": level(height)})
