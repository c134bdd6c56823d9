from django.http import HttpResponse

from .models import Order


def home(request):
    return HttpResponse(f"{Order.objects.count()} orders\n", content_type="text/plain")
