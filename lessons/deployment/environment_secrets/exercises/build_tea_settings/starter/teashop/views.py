from django.conf import settings
from django.http import JsonResponse


def about(request):
    return JsonResponse({"debug": settings.DEBUG, "hosts": settings.ALLOWED_HOSTS})
