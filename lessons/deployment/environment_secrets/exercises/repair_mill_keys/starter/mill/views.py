from django.contrib.auth.decorators import login_required
from django.http import HttpResponseForbidden, JsonResponse
from django.urls import reverse_lazy

from mill import links


def home(request):
    return JsonResponse({"user": request.user.username, "sample": links.make("ada@example.com")})


@login_required(login_url=reverse_lazy("home"))
def account(request):
    return JsonResponse({"account": request.user.username})


def unsubscribe(request, link):
    try:
        address = links.address_of(link)
    except links.BadLink:
        return HttpResponseForbidden("This link is not ours.", content_type="text/plain")
    return JsonResponse({"unsubscribed": address})
