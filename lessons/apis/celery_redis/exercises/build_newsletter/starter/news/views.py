from django.http import JsonResponse
from django.views.decorators.http import require_POST


@require_POST
def send(request, pk):
    return JsonResponse({"queued": 0}, status=202)


def issue(request, pk):
    return JsonResponse({"sent": 0, "waiting": 0, "bounced": 0})
