import json
from datetime import datetime, timezone

from cryptography import x509
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from watch.inspect import problems_of
from watch.models import Root


def home(request):
    return render(request, "watch/home.html", {"roots": Root.objects.order_by("name")})


def read(body):
    """Host, chain and moment. Raises ValueError, KeyError, TypeError or AttributeError."""
    asked = json.loads(body)
    host, at = asked["host"].lower(), datetime.fromisoformat(asked["at"])
    at = at.replace(tzinfo=timezone.utc)
    return host, x509.load_pem_x509_certificates(asked["chain"].encode()), at


@csrf_exempt  # the collecting script has no cookie
@require_POST
def check(request):
    try:
        host, chain, at = read(request.body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    roots = [x509.load_pem_x509_certificate(root.pem.encode()) for root in Root.objects.all()]
    days_left = (chain[0].not_valid_after_utc - at).days
    return JsonResponse({"problems": problems_of(host, chain, at, roots), "days_left": days_left})
